"""The full screen: Textual draws, Trio keeps the connections as its guest.

start       from the command line to an exit code; what is left on the terminal after a crash
app         the application: what reaches it from the screens, the terminal and the system
startup     dialogs until server, nick and password are known;  connect: the connection, and the main screen
settings_control    settings;  tasks: what takes its time;  offers: questions that come by themselves
terminal/   the driver and the keyboard; Trio inside Textual's event loop
screens/    the screens and dialogs;  screens/chat: the main one
widgets/    the conversation, the sidebar, the composer, and small ones
formatting, palette    IRC's formatting and the colours, as Rich has them
"""
