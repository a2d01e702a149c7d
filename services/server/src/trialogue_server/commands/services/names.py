"""The names of the services."""

from trialogue_server.world.confusables import skeletons

NICKSERV = "NickServ"
CHANSERV = "ChanServ"

_BY_FOLDED = {name.lower(): name for name in (NICKSERV, CHANSERV)}


def service_called(folded: str) -> str:
    """Return the name of the service with this folded nick, or "". Nobody else may use it."""
    return _BY_FOLDED.get(folded, "")


_LOOKS = frozenset(
    look
    for name in (NICKSERV, CHANSERV)
    for written in (name, name.upper(), name.lower())
    for look in skeletons(written)
)


def is_like_a_service(nick: str) -> bool:
    """Return whether a nick could be taken for a service's, in whatever script it is written."""
    return not _LOOKS.isdisjoint(skeletons(nick))


def source_of(service: str, server: str) -> str:
    """Return the source of a service's messages."""
    return f"{service}!{service}@{server}"
