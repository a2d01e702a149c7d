"""What the person does and sees, without a screen: no Textual, no terminal, no task and no socket.

startup     from the command line and what is remembered to profiles and chats
network     one server: chat, connection, nick (fallback_nick), read markers;  networks: all of them
buffered    the same with conversations in buffers, and the events that wait to be taken in (event_queue)
model       what happened → conversations, unread counts, what is worth a bell;  routing: which conversation?
buffers     one conversation's rows, in order, with dates and groups;  entries: one row
history     older pages of a conversation;  past: pages of long ago, looked at by themselves;  found: search results
typed       what was typed is carried out;  choosing: choosing one message, and what can be done with it
typing      who is typing;  pace: when what has come is taken in, and shown
"""
