"""Messages: PRIVMSG, NOTICE, TAGMSG, BATCH, REDACT, and direct messages that wait for their recipient."""
