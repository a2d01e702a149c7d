"""Operators: OPER, KILL, WALLOPS, REHASH, DIE, bans from the server, and the administrator's requests."""
