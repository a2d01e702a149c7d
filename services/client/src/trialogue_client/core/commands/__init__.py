"""The commands that a person can type.

interpret   a typed line → actions
table       every command, one row each: the file to open first
arguments   what a command takes, and how typed words become that
actions     what a command asks for
rooms, people, talk, past, account      the commands, one family each
about       actions that are about a message that was said already: which one, and how they are sent
"""
