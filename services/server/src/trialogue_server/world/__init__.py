"""Users, channels and their rules, in memory: plain `def`, no sockets, no clock, no randomness.

`World.apply(event)` is the only thing that changes them.
"""
