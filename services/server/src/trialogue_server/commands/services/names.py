"""What the services are called."""

NICKSERV = "NickServ"
CHANSERV = "ChanServ"

_BY_FOLDED = {name.lower(): name for name in (NICKSERV, CHANSERV)}


def service_called(folded: str) -> str:
    """Return the name of the service that this folded nick is, or "". Nobody else may go by it."""
    return _BY_FOLDED.get(folded, "")


def source_of(service: str, server: str) -> str:
    """Return what stands in front of a service's messages."""
    return f"{service}!{service}@{server}"
