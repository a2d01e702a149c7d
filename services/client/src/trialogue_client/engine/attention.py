"""Decides which messages want our attention, and which are quiet because their room or sender is muted."""

from collections.abc import Iterable

from trialogue_client.core.chat import Chat
from trialogue_client.core.events import Noticed, Said
from trialogue_client.core.mentions import is_mention
from trialogue_client.settings import Settings


def is_muted(chat: Chat, name: str, muted: Iterable[str]) -> bool:
    """Return whether nothing of this room or person is to be counted or called out."""
    return chat.fold(name) in map(chat.fold, muted)


def rings(event: Said | Noticed, chat: Chat, settings: Settings, host: str) -> bool:
    """Return whether the bell is to be rung for this."""
    muted = settings.muted_on(host)
    if not settings.bell or event.replayed or any(is_muted(chat, one, muted) for one in (event.who.nick, event.target)):
        return False
    return is_mention(event, chat.nick, settings.highlights)
