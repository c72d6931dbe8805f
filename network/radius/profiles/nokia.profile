# Conflicting identifiers are answered 503 and attributes the router does not know are ignored without a NAK.
name = nokia
title = Nokia 7750 SR, SLA profile
variable blocked_sla = bloqueio

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}

[block]
Alc-SLA-Prof-Str = {blocked_sla}

[unblock]
disconnect
