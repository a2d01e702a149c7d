"""Mode strings.  https://modern.ircdocs.horse/#mode-message"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class ModeChange(NamedTuple):
    """One mode set (`add`) or unset, with its parameter if it has one."""

    add: bool
    mode: str
    param: str | None = None


class ModeKinds(NamedTuple):
    """The letters that take a parameter: the four kinds of the CHANMODES token, and the prefix modes."""

    lists: str = ""
    """Type A: always a parameter; without one the list is requested."""
    always: str = ""
    """Type B: always a parameter."""
    when_set: str = ""
    """Type C: a parameter only when set."""
    never: str = ""
    """Type D: no parameter."""
    prefixes: str = ""
    """Membership prefix modes (o, v …): always a parameter."""

    def takes_param(self, mode: str, *, add: bool) -> bool:
        """Return whether this letter takes a parameter."""
        return mode in self.lists or mode in self.always or mode in self.prefixes or (add and mode in self.when_set)


def parse_modes(modes: str, params: Sequence[str], kinds: ModeKinds) -> list[ModeChange]:
    """Parse ``+ov-k`` with its parameters, in order. A letter whose parameter is missing has None."""
    changes: list[ModeChange] = []
    rest = iter(params)
    add = True
    for char in modes:
        if char in "+-":
            add = char == "+"
        else:
            param = next(rest, None) if kinds.takes_param(char, add=add) else None
            changes.append(ModeChange(add, char, param))
    return changes


def format_modes(changes: Iterable[ModeChange]) -> list[str]:
    """Return changes as ``["+ov-k", "bob", "bob", "key"]``, with one sign for each run."""
    text = ""
    params: list[str] = []
    sign: bool | None = None
    for change in changes:
        if change.add is not sign:
            sign = change.add
            text += "+" if sign else "-"
        text += change.mode
        if change.param is not None:
            params.append(change.param)
    return [text, *params]
