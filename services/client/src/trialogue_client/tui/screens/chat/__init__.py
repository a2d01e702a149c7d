"""The main screen.

screen      its parts; its `revision` is bound to each area, which shows what has changed;  keys: the keys
conversation_pane   the middle area;  side_lists: rooms and people;  status_lines: topic, hint, connection
intake      fetches what has happened;  presenter: shows it, and what comes of what was typed
submitter   handles a text when Enter is pressed;  chat_dialogs: passwords, consent, another nick
views       the texts of lists and lines
reading_position    where in a conversation one reads;  navigation: which conversation is shown
message_commands    performs the actions of a chosen message;  read_timer: what other devices are told
disconnect  ends connections;  requests: messages to the application
"""
