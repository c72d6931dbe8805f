name = juniper
title = Juniper MX, dynamic services
variable plan_service = svc-internet
variable blocked_service = svc-bloqueio

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}

[block]
ERX-Service-Deactivate = {plan_service}
ERX-Service-Activate:1 = {blocked_service}

[unblock]
ERX-Service-Deactivate = {blocked_service}
ERX-Service-Activate:1 = {plan_service}
