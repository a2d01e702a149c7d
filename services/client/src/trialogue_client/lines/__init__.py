"""Line mode: for a terminal, for a pipe, for a screen reader.

arriving    from the command line to the first servers, asking what is missing;  nearby: which server?
linemode    the tasks: connections, the input, the end
presenter   shows what comes of what was typed and of what happens;  sheet: rows on the screen
network     one server: what of it is shown, and where plain text goes;  connecting: one more of them, or another
questions   what is asked in between;  certificates: a changed one;  progress: waiting until all has arrived
layout      rows → lines, with colours and columns or as plain text
screen      what line mode needs of a terminal;  prompt: one with an input line;  pipe: stdin and stdout;  streams
"""
