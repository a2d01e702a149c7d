"""History: CHATHISTORY, SEARCH, MARKREAD, and the playback for clients that cannot ask."""
