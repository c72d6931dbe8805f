name = cisco
title = Cisco ASR with ISG
variable blocked_service = BLOQUEIO

[identify]
Acct-Session-Id = {session_id}

[block]
Cisco-AVPair = subscriber:command=activate-service
Cisco-AVPair = subscriber:service-name={blocked_service}

[unblock]
Cisco-AVPair = subscriber:command=deactivate-service
Cisco-AVPair = subscriber:service-name={blocked_service}
