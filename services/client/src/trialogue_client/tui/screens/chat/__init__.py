"""The main screen.

screen      its parts, and which of them does what a key or a click asks for;  keys: the keys;  frame: what is where
intake      fetches what has happened;  presenter: shows it, and what comes of what was typed
submitter   what becomes of a text when Enter is pressed;  questions: dialogs in between
around      the lists and lines around the conversation;  views: what they say
reading     where in a conversation one reads;  going: which conversation is shown;  doing: the chosen message
marking     what other devices are told;  parting: connections end;  requests: asked of the application
"""
