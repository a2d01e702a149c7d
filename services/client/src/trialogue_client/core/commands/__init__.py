"""The commands that a person can type.

interpret   a typed line → actions
table       every command, one row each: the file to open first
arguments   what a command takes, and how typed words become that
actions     what a command asks for
rooms, people, talk, history, account, servers, settings      the commands, one family each
references  performs actions about an earlier message;  long_text: asks before a long one;  shortcodes: emoji
"""
