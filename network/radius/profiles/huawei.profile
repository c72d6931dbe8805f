# The QoS profile must exist on the router: with the default no-exist-policy a missing one takes the user off line.
# Names are lower-cased by the router. The plan's profile is not known here, so unblocking redials.
name = huawei
title = Huawei NE40E and NE8000, QoS profile
variable blocked_profile = bloqueio

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}

[block]
Huawei-Qos-Profile-Name = {blocked_profile}

[unblock]
disconnect
