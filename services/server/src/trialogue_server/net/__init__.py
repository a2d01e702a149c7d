"""The only place with sockets: `listen` opens them, `connection` serves one client over each."""
