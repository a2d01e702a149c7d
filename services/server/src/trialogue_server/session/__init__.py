"""One connection's protocol state: what it negotiated, where it stands, what waits to be sent. No sockets here."""
