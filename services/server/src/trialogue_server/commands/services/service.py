"""A service is a table of sub-commands. This module finds, calls and answers them.

Replies are NOTICEs. Neither they nor the requests are events: nobody else is told, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, NamedTuple

from ircwire.framing import BODY_LIMIT
from ircwire.text import split_text
from trialogue_server.commands.effects import Effect, intercept
from trialogue_server.commands.services.names import source_of
from trialogue_server.config.suggest import did_you_mean
from trialogue_server.delivery.numerics import TEXTS
from trialogue_server.delivery.render import Rendering
from trialogue_server.world.events import MessagePosted
from trialogue_server.world.refused import Failed, Refused

if TYPE_CHECKING:
    from trialogue_server.commands.context import Context
    from trialogue_server.world.accounts import Account

Handler = Callable[..., Effect | None]
"""Called with the request and one string for each parameter that was given."""


class Request(NamedTuple):
    """One line to a service."""

    ctx: Context
    service: str

    def say(self, text: str) -> None:
        """Reply with a NOTICE from the service, on as many lines as needed."""
        ctx = self.ctx
        source, nick, uid = source_of(self.service, ctx.core.name), ctx.user.nick, ctx.user.uid
        room = BODY_LIMIT - len(f":{source} NOTICE {nick} :\r\n".encode())
        for line in split_text(text, room):
            stamp = ctx.core.ids.next(ctx.now), ctx.now, 0, source, ""
            said = MessagePosted(*stamp, "NOTICE", nick, "", uid, "", line, "")
            ctx.reply.line(Rendering(said, ctx.config.limits.line_length)(ctx.session.caps))

    @property
    def account(self) -> Account:
        """The asker's account. Raises Failed if they are not logged in."""
        account = self.ctx.world.accounts.get(self.ctx.user.account) if self.ctx.user.account else None
        if account is None:
            raise refusal("You are not logged in: say /msg NickServ IDENTIFY <password> first")
        return account


def refusal(text: str) -> Failed:
    """Return the refusal that replies with one sentence and nothing else."""
    return Failed("SERVICE", "REFUSED", text=text)


@dataclass(frozen=True, slots=True)
class SubCommand:
    """One row of a service."""

    name: str
    """One word, or two (``SET EMAIL``)."""
    params: tuple[str, ...]
    """As in the usage line: ``<password>``, ``[<email>]``."""
    handler: Handler

    @property
    def usage(self) -> str:
        """The usage line: ``REGISTER <password> [<email>]``."""
        return " ".join([self.name, *self.params])

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return self.help[0]

    @property
    def help(self) -> list[str]:
        """Return the handler's docstring."""
        return cleandoc(self.handler.__doc__ or "").splitlines()

    def takes(self, count: int) -> bool:
        """Return whether it can be called with so many words."""
        least = sum(not param.startswith("[") for param in self.params)
        return least <= count <= len(self.params)

    def arguments(self, words: list[str]) -> list[str]:
        """Return the words as the handler gets them: a last parameter that ends with … takes all remaining words."""
        last = len(self.params) - 1
        if not self.params or "…" not in self.params[last] or len(words) <= last:
            return words
        return [*words[:last], " ".join(words[last:])]


def subcommand(name: str, *params: str) -> Callable[[Handler], SubCommand]:
    """Return a decorator that makes a row of a handler. It registers nothing: the service lists its rows."""

    def make(handler: Handler) -> SubCommand:
        return SubCommand(name, params, handler)

    return make


class Service:
    """A service: its name, its purpose, and its table of sub-commands."""

    def __init__(self, name: str, purpose: str, rows: Iterable[SubCommand]) -> None:
        self.name = name
        self.purpose = purpose
        self.rows = {row.name: row for row in rows}

    def handle(self, ctx: Context, text: str) -> Effect | None:
        """Carry out one line and reply to it."""
        request = Request(ctx, self.name)
        return _guarded(request, lambda: self._call(request, text.split()))

    def _call(self, request: Request, words: list[str]) -> Effect | None:
        if not words or words[0].upper() == "HELP":
            self._explain(request, words[1:])
            return None
        row, given = self._find(words)
        given = row.arguments(given)
        if not row.takes(len(given)):
            raise refusal(f"Usage: {row.usage}")
        return row.handler(request, *given)

    def _find(self, words: list[str]) -> tuple[SubCommand, list[str]]:
        """Return the row and the words that remain for it. Raises Failed with the name that may have been meant."""
        first = words[0].upper()
        if words[1:] and words[1].startswith("#") and words[2:]:  # as older services have it: SET #channel KEEPTOPIC on
            turned = self.rows.get(f"{first} {words[2]}".upper())
            if turned is not None:
                return turned, [words[1], *words[3:]]
        for count in (2, 1):
            row = self.rows.get(" ".join(words[:count]).upper())
            if row is not None:
                return row, words[count:]
        under = [name for name in self.rows if name.startswith(f"{first} ")]
        if under:
            raise refusal(f"{first} takes one of these: {', '.join(name.partition(' ')[2] for name in under)}")
        guess = did_you_mean(first, {name.partition(" ")[0] for name in self.rows})
        raise refusal(f"{self.name} knows no such command.{guess} HELP lists all.")

    def _explain(self, request: Request, words: list[str]) -> None:
        if words:
            wanted = " ".join(words).upper()
            rows = [row for name, row in self.rows.items() if f"{name} ".startswith(f"{wanted} ")]
            for row in rows or [self._find(words)[0]]:
                request.say(row.usage)
                for line in row.help:
                    request.say(f"  {line}")
            return
        request.say(f"{self.name}: {self.purpose} HELP <command> explains one:")
        for row in self.rows.values():
            request.say(f"  {row.name}: {row.summary}")


def _guarded(request: Request, act: Callable[[], Effect | None]) -> Effect | None:
    """Answer refusals with a NOTICE, now or after an effect."""
    try:
        effect = act()
    except Failed as failed:
        request.say(failed.text)
        return None
    except Refused as refused:
        request.say(refused.text or TEXTS.get(refused.numeric, "That is not possible"))
        return None
    if effect is None:
        return None
    return intercept(effect, lambda ctx, rest: _guarded(request, lambda: rest(ctx)))
