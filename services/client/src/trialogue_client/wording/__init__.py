"""The sentences that line mode and the full screen both say.

phrases     events → rows of text: speech, people, connection;  row: what a row is
about       what is about other messages;  replies: numeric replies;  palette: the colours of names
"""
