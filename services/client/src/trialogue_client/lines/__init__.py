"""Line mode: for a terminal, for a pipe, for a screen reader.

startup     from the command line to the first servers, asking what is missing;  nearby: the list of servers
linemode    the tasks: connections, the input, the end
presenter   shows outcomes and events;  row_printer: rows on the screen
network     one server: what of it is shown, and where plain text goes
questions   the prompt, and open questions;  certificates: a changed one;  server_switcher: /connect
progress    waits until all that was piped in has arrived
layout      rows → lines, with colours and columns or as plain text
screen      what line mode needs of a terminal;  prompt: one with an input line (prompt_output, terminal_stream);
            pipe: stdin and stdout;  streams
"""
