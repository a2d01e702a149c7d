"""What the client knows and decides, without I/O: bytes in, typed events out. No socket, clock or randomness.

events      what happened (the vocabulary that every interface shows)
session     one connection: bytes → events, wishes → bytes
state       what one connection knows
negotiation, features, rooms, batches, receipts      the parts of that knowledge
heard, told, numerics, accounts      what each incoming message means
login, sasl       who we are, and the proof of it
chat        one network over time: survives reconnections;  lines: what was typed, until it is confirmed
stages      what every event passes before it is told
catchup     what was said while we were not there (points: how far are we;  jobs: what is on its way)
recall, references      messages that are about other messages
search, claim     looking for what was said; taking our nick back
edits, pages      editing, which is taking back and saying anew; pages of long ago
emoji       by their names
completion        what a half-typed line may become
commands    what a person can type
nicks, fitting      names that a server will take, texts that fit into a line
"""
