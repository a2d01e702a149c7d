"""The only place with sockets.

dial        a connection to the server, or one sentence on why there is none
explain     operating system's errors → that sentence
secure      TLS, by the system's authorities or by a pinned certificate
privacy     can anybody listen in on a connection?
trust       the pinned certificates (a known-hosts file)
link        a connection at work: moves bytes between a stream and the core
reconnect   one link after the other
backoff     how long to wait before the next
"""
