# The manual's list of attributes that a CoA may change lacks Mikrotik-Address-List, others rely on it: prove it on the
# router before choosing mode coa. Unblocking replaces the list, because leaving it out does not remove it.
name = mikrotik
title = MikroTik RouterOS, address list
variable blocked_list = bloqueados
variable open_list = liberados

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}
Framed-IP-Address = {ipv4}

[block]
Mikrotik-Address-List = {blocked_list}

[unblock]
Mikrotik-Address-List = {open_list}
