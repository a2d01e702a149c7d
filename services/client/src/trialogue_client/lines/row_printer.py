"""Prints rows, laid out for the screen, with the server's name in front where there are several."""

from collections.abc import Callable
from dataclasses import replace

from trialogue_client.core import events as ev
from trialogue_client.engine.networks import Networks
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.screen import Screen
from trialogue_client.wording.phrases import rows
from trialogue_client.wording.rows import Row, RowKind

Layout = Callable[[Row], str]


class RowPrinter:
    """Shows rows and sentences."""

    def __init__(self, screen: Screen, layout: Layout, networks: Networks[LineNetwork]) -> None:
        self._screen = screen
        self._layout = layout
        self.networks = networks

    def event(self, network: LineNetwork, event: ev.Event) -> None:
        """Show what happened on a server; what was typed stays on some screens by itself."""
        typed = isinstance(event, ev.Said | ev.Noticed) and event.me and not event.replayed and self._screen.echoes
        server = self.networks.label(network) if self.networks.several else ""
        for row in rows(event, network.view) if not typed else []:
            self.show(replace(row, server=server))

    def show(self, row: Row) -> None:
        """Show a row."""
        show = self._screen.complain if row.kind is RowKind.TROUBLE else self._screen.show
        show(self._layout(row))

    @property
    def asks(self) -> bool:
        """Whether there is a person who answers."""
        return self._screen.asks

    def ring(self, *, wanted: bool) -> None:
        """Ring if that is wanted, and somebody is there to hear it."""
        if wanted and self._screen.asks:
            self._screen.ring()

    def trouble(self, text: str) -> None:
        """Show what went wrong."""
        for line in text.split("\n"):
            self.show(Row(RowKind.TROUBLE, line))

    def tell(self, text: str) -> None:
        """Show what the client has to say."""
        self.show(Row(RowKind.EVENT, text))

    def hint(self, text: str) -> None:
        """Show what the person may want to know."""
        self.show(Row(RowKind.HINT, text))

    def put_back(self, text: str) -> None:
        """Have a text that was not sent on the line that is being typed, where that can be done, and say so."""
        count = text.count("\n") + 1
        where = "on the line that you type" if self._screen.put(text) else "dropped"
        self.hint(f"Not sent: {count} {'line' if count == 1 else 'lines'}, {where}.")
