"""The protocol state of one connection: capabilities, handshake, login, outbox. No sockets here.

`session` is the state, `registry` holds all of them. `outbox`, `stream` and `queues` hold what waits to be sent;
`throttle`, `meter` and `work` are flood control. `capabilities`, `sasl`, `scram`, `saslprep`, `multiline` and
`monitors` are each one part of the protocol; `login_guard`, `operator_rights` and `liveness` decide for a session.
"""
