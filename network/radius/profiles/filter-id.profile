# A firewall filter or chain that exists on the NAS, by its name.
name = filter-id
title = Any NAS with Filter-Id
variable blocked_filter = bloqueio

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}

[block]
Filter-Id = {blocked_filter}

[unblock]
disconnect
