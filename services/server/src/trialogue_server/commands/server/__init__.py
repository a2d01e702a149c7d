"""The server: MOTD, VERSION, LUSERS and the like, ISUPPORT, HELP, new settings, and a clock in doubt."""
