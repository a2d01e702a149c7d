"""The sentences that line mode and the full screen both say.

phrases     events → rows of text: speech, people, connection;  rows: what a row is
about       what is about other messages;  replies: numeric replies;  questions: what is asked in between
palette     the colours of names
"""
