"""The servers that line mode is on, and which of them is talked to."""

from trialogue_client.lines.station import Station
from trialogue_client.settings.wanted import Wanted


class Stations:
    """In the order in which we came to them."""

    def __init__(self) -> None:
        self.all: list[Station] = []
        self._current: Station | None = None

    @property
    def current(self) -> Station:
        """Return the one that is talked to: the last one that was, when all have gone."""
        assert self._current is not None, "there is one before anybody types"
        return self._current

    @property
    def several(self) -> bool:
        """Is there more than one, so that it has to be said which?"""
        return len(self.all) > 1

    def add(self, station: Station) -> None:
        """Be on one more, and talk there."""
        self.all.append(station)
        self._current = station

    def drop(self, station: Station) -> None:
        """Forget one; if there is another, talk there."""
        self.all.remove(station)
        if station is self._current and self.all:
            self._current = self.all[0]

    def go(self, station: Station) -> None:
        """Talk to this one from now on."""
        self._current = station

    def find(self, wanted: Wanted) -> Station | None:
        """Return the one to which this would lead a second time."""
        return next((one for one in self.all if _place(one.wanted) == _place(wanted)), None)

    def label(self, station: Station) -> str:
        """Return a server's name: its host, with the port if another one has the same."""
        endpoint = station.wanted.endpoint
        same = [one for one in self.all if one.wanted.endpoint.host.lower() == endpoint.host.lower()]
        return endpoint.host if len(same) <= 1 else str(endpoint)


def _place(wanted: Wanted) -> tuple[str, int]:
    return wanted.endpoint.host.lower(), wanted.endpoint.port
