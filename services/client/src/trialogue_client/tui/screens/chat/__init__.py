"""The main screen.

screen      its parts, and which of them does what a key or a click asks for;  keys: the keys;  frame: what is where
intake      fetches what has happened;  presenter: shows it, and what comes of what was typed
submitter   what becomes of a text when Enter is pressed;  chat_dialogs: what is asked in between
surroundings    the lists and lines around the conversation;  views: what they say
reading_position    where in a conversation one reads;  navigation: which conversation is shown
message_commands    what is done with the chosen message;  read_timer: what other devices are told
disconnect  connections end;  requests: what is asked of the application
"""
