"""The main screen.

screen      its parts, and which of them does what a key or a click asks for;  keys: the keys;  frame: what is where
around      the lists and lines around the conversation;  views: what they say
reading     where in a conversation one reads;  going: which conversation is shown;  doing: the chosen message
hearing, saying, parting      what happens is taken in, what was typed is done, connections end
marking     what other devices are told;  questions: what is asked in between;  requests: asked of the application
"""
