"""What the services are called."""

from trialogue_server.world.confusables import looks

NICKSERV = "NickServ"
CHANSERV = "ChanServ"

_BY_FOLDED = {name.lower(): name for name in (NICKSERV, CHANSERV)}


def service_called(folded: str) -> str:
    """Return the name of the service that this folded nick is, or "". Nobody else may go by it."""
    return _BY_FOLDED.get(folded, "")


_LOOKS = frozenset(
    look for name in (NICKSERV, CHANSERV) for written in (name, name.upper(), name.lower()) for look in looks(written)
)


def is_like_a_service(nick: str) -> bool:
    """Could a nick be taken for a service's, however that is written?"""
    return not _LOOKS.isdisjoint(looks(nick))


def source_of(service: str, server: str) -> str:
    """Return what stands in front of a service's messages."""
    return f"{service}!{service}@{server}"
