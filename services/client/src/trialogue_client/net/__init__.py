"""The only place with sockets.

connector   makes the connections of one run
dial        connects to a server, or says in one sentence why it cannot
explain     operating system's errors → that sentence
secure      TLS, by the system's authorities or by a pinned certificate
privacy     whether anybody can listen in on a connection
sts         hosts that are only reached by TLS
trust       the pinned certificates (a known-hosts file);  certificate_question: asks about a changed one
link        moves bytes between a stream and the core
reconnect   one link after the other
backoff     how long to wait before the next
discover    finds servers on the local network;  answers: reads what they say;  nearby_server: one of them
"""
