"""Decides whether a text is so long that a person is asked before it is sent."""

from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Action, Edit, Reply, Say
from trialogue_client.core.events import Kind

_BURST, _RATE = 40, 5
"""Lines that our server takes at once, and then each second (`[flood]` in its settings); others take fewer."""
_FEW = 4
"""Messages that go without a question where each line is one."""


def question_if_long(action: Action, chat: Chat) -> str:
    """Return the question whether a text is really to be sent; "" for one that is short enough."""
    if not isinstance(action, Say | Reply | Edit) or chat.session is None or not chat.online:
        return ""
    kind = action.kind if isinstance(action, Say) else Kind.TALK
    parts = chat.parts(action.target, action.text, kind)
    if len(parts) <= (1 if chat.session.takes_lines(kind) else _FEW):
        return ""
    lines = sum(part.count("\n") + 1 for part in parts)
    seconds = max(lines - _BURST, 0) // _RATE
    how_long = f", for which a server like ours takes about {seconds} seconds" if seconds > 1 else ""
    return f"This makes {len(parts)} messages of {lines} lines to {action.target}{how_long}. Send them?"


def text_of(action: Action) -> str:
    """Return the text of an action, to be put back where it was typed."""
    return action.text if isinstance(action, Say | Reply | Edit) else ""
