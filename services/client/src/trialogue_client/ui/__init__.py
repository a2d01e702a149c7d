"""The full-screen interface: Textual draws, Trio keeps the connection as its guest.

start       from the command line to an exit code; what is left on the terminal after a crash
app         the application: screens, the connection, signals
terminal    Textual's driver of the terminal, which notices when that is gone
guest       Trio inside Textual's event loop;  network: one chat kept connected in there
model       what happened → conversations, unread counts, what is worth a bell: no Textual in it
buffers     one conversation's rows, in order, with dates and groups;  entries: one row;  routing: which conversation?
history     older pages, when somebody scrolls up to where they begin;  past: pages of long ago, looked at by themselves
choosing    choosing one message;  doing: what is done with it;  found: what a search has found, as rows
typing      who is typing;  notify: how the desktop is told that somebody calls
chat, asking, dialogs, finders      the screens
around, reading, questions      parts of the main screen: what stands around the conversation, where in it one reads,
            what has to be asked in between
messages, lists, composer      the widgets: the conversation (rows: without choosing), rooms and people, the input
layout, formatting, wrapping, palette      a row → lines of styled text
stations    the servers that we are on;  memory: what is remembered;  secrets: passwords and the system's key ring
"""
