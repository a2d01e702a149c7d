"""The server for browsers: the page's files over HTTP, and IRC over WebSocket, on a listener of their own."""
