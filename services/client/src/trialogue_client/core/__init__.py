"""What the client knows and decides, without I/O: bytes in, typed events out. No socket, clock or randomness.

events      what happened (the vocabulary that every interface shows)
session     one connection: bytes → events, wishes → bytes
state       what one connection knows
negotiation, features, rooms, batches, receipts      the parts of that knowledge
heard, told, numerics      what each incoming message means
chat        one network over time: survives reconnections, keeps what was typed until it is confirmed
commands    what a person can type
nicks, fitting      names that a server will take, texts that fit into a line
"""
