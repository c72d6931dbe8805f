name = generic
title = Any NAS: Disconnect, and the durable side decides what the next login gets
message_authenticator = send

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}
NAS-Identifier = {nas_identifier}
