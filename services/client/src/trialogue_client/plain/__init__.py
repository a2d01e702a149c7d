"""Line mode: for a terminal, for a pipe, for a screen reader.

linemode    the conversation between the person, the screen and the connection
progress    waiting until all has arrived;  secret: a password that is asked for
phrases     events → rows of text: speech, people, connection;  row: what a row is
about       what is about other messages;  replies: numeric replies
layout      rows → lines, with colours and columns or as plain text;  palette: the colours
screen      what line mode needs of a terminal;  prompt: one with an input line;  pipe: stdin and stdout
"""
