"""The full screen: Textual draws, Trio keeps the connections as its guest.

start       runs it, and returns an exit code
app         the application: what reaches it from the screens, the terminal and the system
startup     dialogs until server, nick and password are known;  connect: opens connections and the main screen
settings_control    settings;  tasks: what takes time;  deferred_questions: questions that wait for a pause
terminal/   the driver and the keyboard; Trio inside Textual's event loop
screens/    the screens and dialogs;  screens/chat: the main one
widgets/    the conversation, the sidebar, the composer, and small ones
formatting, palette    IRC's formatting and the colours, as Rich has them
"""
