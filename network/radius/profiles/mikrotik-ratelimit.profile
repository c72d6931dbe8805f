# A rate is "subscriber upload/download". The plan's rate is not known here, so unblocking redials.
name = mikrotik-ratelimit
title = MikroTik RouterOS, rate limit
variable blocked_rate = 64k/64k
variable reduced_rate = 1M/1M

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}
Framed-IP-Address = {ipv4}

[block]
Mikrotik-Rate-Limit = {blocked_rate}

[reduce]
Mikrotik-Rate-Limit = {reduced_rate}

[unblock]
disconnect
