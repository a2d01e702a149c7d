"""Standing commands: what they set on the server ends with the connection, and is set again on the next one.

https://modern.ircdocs.horse/#away-message  https://modern.ircdocs.horse/#user-modes
https://ircv3.net/specs/extensions/monitor  https://ircv3.net/specs/extensions/setname
https://ircv3.net/specs/extensions/metadata
"""

from collections.abc import Callable, Iterable, Iterator

from ircwire import FormatError, Message, ParseError, caps, parse
from ircwire.casemap import Fold
from trialogue_client.core import events as ev

_NOT_OURS = "oOarzZSN"
"""User modes that are the server's to give on nearly all servers."""
_OPERATOR = "o"
_OF_GUESTS = ("SILENCE", "METADATA")
"""What a server keeps with an account; another device may have changed it since."""


class StandingCommands:
    """One message for each thing that was set; the last word on it counts."""

    def __init__(self, fold: Fold, lines: Iterable[str] = ()) -> None:
        """`lines` are those of `lines` of an earlier run; others are left out."""
        self._fold = fold
        self._messages: dict[tuple[str, str], Message] = {}
        self.is_operator = False
        """Whether the server has made us its operator."""
        for line in lines:
            try:
                message = parse(line)
            except ParseError:
                continue
            if message.command == "MODE":
                self._set_modes(message.params[0] if message.params and message.params[0][0] in "+-" else "")
            elif message.command != "AWAY":
                self.note(message)

    @property
    def lines(self) -> tuple[str, ...]:
        """What is to be told after another start too. Who starts the client is not away any more."""
        return tuple(str(message) for message in self._messages.values() if message.command != "AWAY")

    def again(self, nick: str, has: Callable[[str], bool], *, guest: bool) -> Iterator[Message]:
        """Return what to tell a server that has just taken us in; `has` knows its capabilities."""
        modes = "".join(message.params[0] for (command, _), message in self._messages.items() if command == "MODE")
        if modes:
            yield Message("MODE", [nick, modes])
        for (command, _), message in self._messages.items():
            if command == "MODE" or (command in _OF_GUESTS and not guest):
                continue
            if command != "SETNAME" or has(caps.SETNAME):
                yield message

    def note(self, message: Message) -> None:
        """Note what the person has the server told."""
        match message:
            case Message("AWAY", params):
                self._set("AWAY", "", message if any(params) else None)
            case Message("SETNAME", [_]):
                self._set("SETNAME", "", message)
            case Message("SILENCE", [entry]) if entry[:1] in ("+", "-"):
                self._set("SILENCE", self._fold(entry[1:]), message if entry[0] == "+" else None)
            case Message("METADATA", ["*", verb, key, *value]) if verb.upper() == "SET":
                self._set("METADATA", key, message if any(value) else None)
            case Message("MONITOR", [sign, *names]):
                self._monitor(sign.upper(), names[0].split(",") if names else [])

    def follow(self, event: ev.Event, nick: str) -> None:
        """Note the modes that we have given ourselves, and whether the server has made us its operator."""
        if not isinstance(event, ev.ModeChanged) or self._fold(event.target) != self._fold(nick):
            return
        if self._fold(event.by.nick) == self._fold(nick):
            self._set_modes("".join(f"{'+' if change.add else '-'}{change.mode}" for change in event.changes))
        for change in event.changes:
            if change.mode == _OPERATOR:
                self.is_operator = change.add

    def _set_modes(self, modes: str) -> None:
        sign = "+"
        for letter in modes:
            if letter in "+-":
                sign = letter
            elif letter.isalpha() and letter.isascii() and letter not in _NOT_OURS:
                self._set("MODE", letter, Message("MODE", [f"{sign}{letter}"]))

    def _monitor(self, sign: str, names: list[str]) -> None:
        if sign == "C":
            for command, name in [key for key in self._messages if key[0] == "MONITOR"]:
                self._set(command, name, None)
        for name in filter(None, names):
            self._set("MONITOR", self._fold(name), Message("MONITOR", ["+", name]) if sign == "+" else None)

    def _set(self, command: str, what: str, message: Message | None) -> None:
        key = (command, what)
        self._messages.pop(key, None)
        if message is not None:
            try:
                str(message)
            except FormatError:
                return
            self._messages[key] = message
