"""The full-screen interface: Textual draws, Trio keeps the connection as its guest.

start       from the command line to an exit code; what is left on the terminal after a crash
app         the application: what reaches it from the screens, the terminal and the system
arriving    from the command line to a server, a name and a password;  opening: the connection, and the main screen
keeping     settings, and whether a password is kept;  secrets: the key ring, asked from here
terminal    Textual's driver of the terminal, which notices when that is gone
guest       Trio inside Textual's event loop;  network: one chat kept connected in there
model       what happened → conversations, unread counts, what is worth a bell: no Textual in it
buffers     one conversation's rows, in order, with dates and groups;  entries: one row;  routing: which conversation?
history     older pages, when somebody scrolls up to where they begin;  past: pages of long ago, looked at by themselves
choosing    choosing one message;  doing: what is done with it;  found: what a search has found, as rows
typing      who is typing;  notify: how the desktop is told that somebody calls
chat, asking, configuring, dialogs, finders      the screens;  keys: those of the main screen
frame, around, reading, going, marking, questions      parts of the main screen: what is where, what stands around the
            conversation, where in it one reads, how one gets to another, what other devices are told, what is asked
hearing, saying, parting      what happens is taken in, what was typed is done, connections end
requests    what the main screen asks of the application
messages, lists, composer      the widgets: the conversation (rows: without choosing), rooms and people, the input
layout, formatting, wrapping, palette      a row → lines of styled text
stations    the servers that we are on
"""
