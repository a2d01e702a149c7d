"""The keys of the main screen: what they do, and what F1 says of them."""

from textual.binding import Binding, BindingType

SCREEN: list[BindingType] = [
    Binding("f1", "keys", "Keys", priority=True),
    Binding("f2", "show('rooms')", "Rooms"),
    Binding("f3", "show('people')", "People"),
    Binding("alt+up", "step(-1)", "Up", priority=True),
    Binding("alt+down", "step(1)", "Down", priority=True),
    Binding("alt+a", "news", "Next unread", priority=True),
    Binding("ctrl+k", "switch", "Go to", priority=True),
]
CONVERSATION: list[BindingType] = [
    Binding("pageup", "scroll(-1)", "Back", priority=True),
    Binding("pagedown", "scroll(1)", "Forth", priority=True),
    Binding("ctrl+home", "unread", "First unread", priority=True),
    Binding("ctrl+end", "newest", "Newest", priority=True),
    Binding("ctrl+up,alt+m", "choose", "Choose a message", priority=True),
    Binding("alt+e", "edit", "Edit", priority=True),
]
"""Those of the input and of a chosen message are with these."""

EXPLAINED = (
    ("Enter", "send what is typed"),
    ("Alt+Enter, Ctrl+J", "begin another line"),
    ("Tab", "complete a name, room, command or :emoji"),
    ("↑ ↓", "what was typed before"),
    ("Alt+B Alt+I Alt+U", "bold, italic, underlined: begin or end"),
    ("Ctrl+↑ Alt+M, click", "choose a message: reply, react, copy, edit …"),
    ("Alt+E", "edit what you said last"),
    ("Alt+↑ Alt+↓", "the conversation above, below"),
    ("Alt+A", "the next conversation with something new"),
    ("Ctrl+K", "go to a conversation by a part of its name"),
    ("PageUp PageDown", "scroll; older pages load by themselves"),
    ("Ctrl+Home Ctrl+End", "to the first new message · to the newest"),
    ("F2 F3", "show or hide the rooms, the people"),
    ("F4 F5", "light or dark · the settings"),
    ("F1, ? on nothing", "this page"),
    ("Ctrl+Q", "say good-bye and end"),
)
