"""Line mode: for a terminal, for a pipe, for a screen reader.

arriving    from the command line to the first servers, asking what is missing;  nearby: which server?
linemode    the conversation between the person, the screen and the connections
hearing, saying      what happens is shown, what was typed is done;  sheet: what is read
network     one server: what of it is shown, and where plain text goes;  further: one more of them, or back to another
keeping     settings, mutes, passwords in the key ring
questions   what is asked in between;  secret: a password;  progress: waiting until all has arrived
layout      rows → lines, with colours and columns or as plain text
screen      what line mode needs of a terminal;  prompt: one with an input line;  pipe: stdin and stdout;  streams
"""
