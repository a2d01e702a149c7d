"""The connection: CAP, the handshake (PASS, NICK, USER), the welcome, PING, QUIT, and how users leave."""
