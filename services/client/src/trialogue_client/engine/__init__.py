"""The rules of every face, without a screen: no Textual, no terminal, no task and no socket.

A face makes an `Engine`, keeps its networks in `Networks`, hands it what is typed and what happens, and shows the
outcomes, each before it asks for the next.

engine      the parts together;  startup: from the command line and what is remembered to profiles and chats
commands    a typed line → actions → one handler for each kind → outcomes;  preferences: /set, /mute …;  secret
outcomes    what a face shows or asks;  reactions: what follows of itself from an event
passwords   what the key ring is asked;  room_keys: the keys of rooms in it
network     one server: chat, connection, nick (fallback_nick), read_markers;  networks: all of them
attention   what rings, and what is muted

For faces that show one conversation at a time:

buffered    networks with their conversations, and the events that wait to be taken in (event_queue)
conversations   which are open, and which is looked at;  model: events → conversations, unread counts, alerts
              routing: to which conversation;  greeting
buffers     one conversation's rows, in order, with dates and groups;  entries: one row;  message_changes;  tallies
older_pages    pages before what is shown;  past_pages: pages of old history, shown by themselves
search_results, message_actions    what was found, as rows; choosing one message, and what can be done with it
typing      who is typing;  pace: when what has come is taken in, and shown
"""
