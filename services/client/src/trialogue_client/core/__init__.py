"""Decides, and keeps what is known, without I/O: bytes in, typed events out. No socket, clock or randomness.

events      what happened (the vocabulary that every interface shows)
session     one connection: bytes → events, wishes → bytes
state       what one connection knows
negotiation, features, rooms, batches, receipts      the parts of that knowledge
user_messages, server_messages, numerics, accounts      what each incoming message means
login, sasl       who we are, and the proof of it;  secrecy: which connections a secret may go over
chat        one network over time: survives reconnections;  lines: what was typed, until it is confirmed
autojoin, standing    the rooms to be in, and what was set: both again on the next connection
stages      what every event passes before it is told
catchup     what was said while we were not there (points: how far we are;  jobs: what is on its way)
self_messages, unechoed_lines    our own messages that come twice, or without an echo
recall, references      messages that are about other messages;  mentions: those that are meant for us
search, nick_recovery   searching history; taking our nick back
edits, pages      editing, which is taking back and saying anew; pages of old history
emoji       by their names
completion        what a half-typed line may become
commands    what a person can type
nicks, splitting    names that a server will take, texts that fit into a line
"""
