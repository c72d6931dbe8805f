# attr-l4-redirect=Filter-Id in accel-ppp.conf; "0" takes the redirect away. IPoE only.
name = accel-ppp
title = accel-ppp, L4 redirect
variable redirect = 1

[identify]
User-Name = {login}
Acct-Session-Id = {session_id}
Framed-IP-Address = {ipv4}

[block]
Filter-Id = {redirect}

[unblock]
Filter-Id = 0
