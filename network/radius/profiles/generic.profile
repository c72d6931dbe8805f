name = generic
title = Any NAS: Disconnect; what the next login gets is decided by the RADIUS server

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}
NAS-Identifier = {nas_identifier}
