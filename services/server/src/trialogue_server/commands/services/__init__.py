"""NickServ and ChanServ: accounts and registered channels for clients that know nothing of IRCv3.

Each is a table of sub-commands; `table` lists them.
"""
