"""Attempts to get in without the proof that is asked for, and to learn what is hidden: part of ``make attack``.

Each has a server of its own, on loopback and without the exemption of this machine, and says what it tried and what
came of it. A right password or code comes behind more wrong guesses than are let through, so that whoever guesses would
get in if all of it was checked.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import trio
from scramp import ScramClient

from benchmarks.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.support.mail import Postbox

OWNER, PASSWORD = "alice", "a-horse-that-nobody-knows"
ROOT, BOSS = "a long password that nobody guesses", "what the boss says"
_HOME = "127.5.0.1"
_PATIENCE = 60.0
_HOUSES = 4
_EACH = 8
"""From each of so many addresses so many guess side by side, and then once more."""

SETTINGS = f"""
[connections]
exempt = []
[server]
cloak = true
password = {{password}}
[accounts]
password_length = 8
[mail]
host = "127.0.0.1"
port = {{mail}}
sender = "chat@example.org"
tls = "none"
[[operators]]
name = "root"
password = "{ROOT}"
[[operators]]
name = "boss"
password = "{BOSS}"
masks = ["*@127.9.9.*"]
"""


@dataclass(frozen=True, slots=True)
class Place:
    """The target: a server, and where its mail goes."""

    port: int
    mails: Postbox


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt."""

    tried: str
    got_in: int = 0
    learned: int = 0
    kept_out: int = 0
    """Owners who could not come in themselves."""

    @property
    def is_harmless(self) -> bool:
        """Whether every attempt failed."""
        return not (self.got_in or self.learned or self.kept_out)

    def __str__(self) -> str:
        held = f", {self.kept_out} owners kept out" if self.kept_out else ""
        return f"{self.got_in} got in, {self.learned} learned{held}"


async def _by_sasl(place: Place, source: str, word: str) -> bool:
    async with _visitor(await Visitor.open(place.port, source)) as visitor:
        return " 903 " in await visitor.log_in(OWNER, word)


async def _by_identify(place: Place, source: str, word: str) -> bool:
    async with _visitor(await Visitor.come(place.port, source)) as visitor:
        await visitor.say(f"PRIVMSG NickServ :IDENTIFY {OWNER} {word}")
        return " 900 " in await visitor.hear(" 900 ", " NOTICE ")


async def _by_oper(place: Place, source: str, word: str) -> bool:
    async with _visitor(await Visitor.come(place.port, source)) as visitor:
        await visitor.say(f"OPER root :{word}")
        return " 381 " in await visitor.hear(" 381 ", " 464 ")


async def _by_pass(place: Place, source: str, word: str) -> bool:
    async with _visitor(await Visitor.open(place.port, source)) as visitor:
        await visitor.say(f"PASS :{word}", f"NICK burglar{source.replace('.', '-')}", "USER x 0 * :x")
        return " 001 " in await visitor.hear(" 001 ", " 433 ", " 464 ", "ERROR")


async def _by_verify(place: Place, source: str, word: str) -> bool:
    async with _visitor(await Visitor.come(place.port, source)) as visitor:
        return any("VERIFY SUCCESS" in line for line in await visitor.ask(f"VERIFY unverified {word}"))


@asynccontextmanager
async def _visitor(visitor: Visitor) -> AsyncIterator[Visitor]:
    try:
        yield visitor
    finally:
        await visitor.close()


async def _guessed(place: Place, *, guess: Callable[[Place, str, str], Awaitable[bool]], right: str) -> Outcome:
    got_in = 0

    async def one(source: str, word: str) -> None:
        nonlocal got_in
        is_in = await guess(place, source, word)
        got_in += is_in

    for word in ("wrong-word", right):
        async with trio.open_nursery() as nursery:
            for house in range(_HOUSES):
                for number in range(_EACH if word != right else 1):
                    nursery.start_soon(one, f"127.6.{house}.1", f"{word}-{number}" if word != right else word)
    return Outcome(f"{_HOUSES} × {_EACH} guesses side by side, then the right word from each place", got_in=got_in)


async def _guessing_a_code(place: Place) -> Outcome:
    newcomer = await Visitor.come(place.port, _HOME, "unverified")
    await newcomer.say("REGISTER * unverified@example.org another-password")
    await newcomer.hear("VERIFICATION_REQUIRED", "FAIL")
    await newcomer.close()
    text = str(place.mails.mails[-1].get_payload(decode=True).decode())
    found = re.search(r"VERIFY unverified (\S+)", text)
    assert found is not None, text
    return await _guessed(place, guess=_by_verify, right=found[1])


async def _locking_out(place: Place) -> Outcome:
    for house in range(5):
        async with trio.open_nursery() as nursery:
            for number in range(_EACH):
                nursery.start_soon(_by_sasl, place, f"127.7.{house}.1", f"wrong {number}")
    owner = await Visitor.open(place.port, _HOME)
    is_in = " 903 " in await owner.log_in(OWNER, PASSWORD)
    await owner.close()
    return Outcome(f"{5 * _EACH} wrong guesses, then its owner from home", kept_out=int(not is_in))


async def _scram_left_open(place: Place) -> Outcome:
    owner = await Visitor.come(place.port, _HOME, "dora")
    await owner.ask("PRIVMSG NickServ :REGISTER old-password")
    thief, peer = await Visitor.open(place.port, _HOME), ScramClient(["SCRAM-SHA-256"], "dora", "old-password")
    await thief.say("CAP REQ sasl", "AUTHENTICATE SCRAM-SHA-256")
    await thief.hear("AUTHENTICATE +")
    await thief.say(f"AUTHENTICATE {_encoded(peer.get_client_first())}")
    first = (await thief.hear("AUTHENTICATE")).split()[-1]
    peer.set_server_first(b64decode(first).decode())
    await thief.say(f"AUTHENTICATE {_encoded(peer.get_client_final())}")
    await thief.hear("AUTHENTICATE")
    await owner.ask("PRIVMSG NickServ :SET PASSWORD old-password new-password")
    await thief.say("AUTHENTICATE +")
    outcome = await thief.hear(" 903 ", " 904 ", "ERROR")
    await thief.close()
    await owner.close()
    return Outcome("its last, empty word after the password was changed", got_in=int(" 903 " in outcome))


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


async def _mask_by_user(place: Place) -> Outcome:
    users = ("boss", "127.9.9.1", "x@127.9.9.1", "*@127.9.9.1", "@127.9.9.1")
    got_in = 0
    for number, user in enumerate(users):
        visitor = await Visitor.open(place.port, f"127.8.{number}.1")
        await visitor.say(f"NICK boss{number}", f"USER {user} 0 * :x")
        if await visitor.hear(" 422 ", " 376 ", " 468 ", "ERROR"):
            got_in += any(" 381 " in line for line in await visitor.ask(f"OPER boss :{BOSS}"))
        await visitor.close()
    return Outcome(f"{len(users)} names by USER that look like the mask, with the right password", got_in=got_in)


async def _invited(place: Place) -> Outcome:
    got_in = 0
    chief, member = await Visitor.come(place.port, _HOME), await Visitor.come(place.port, _HOME)
    for number, modes in enumerate(("+i", "+b burglar*!*@*", "+bi burglar*!*@*")):
        room, burglar = f"#closed{number}", await Visitor.come(place.port, "127.8.9.1", f"burglar{number}")
        await chief.ask(f"JOIN {room}")
        await member.ask(f"JOIN {room}", f"INVITE burglar{number} {room}")
        await chief.ask(f"MODE {room} {modes}")
        await member.ask(f"INVITE burglar{number} {room}")
        got_in += any(f" JOIN {room}" in line for line in await burglar.ask(f"JOIN {room}"))
        await burglar.close()
    await chief.close()
    await member.close()
    return Outcome("invitations by a member before and after +i, +b and both", got_in=got_in)


async def _mails(place: Place) -> Outcome:
    before = len(place.mails.mails)
    addresses = ",".join(f"victim{number}@example.org" for number in range(32))
    for number in range(12):
        visitor = await Visitor.come(place.port, f"127.8.{20 + number}.1", f"mailer{number}")
        await visitor.ask(
            f"REGISTER * {addresses} password-{number}", f"REGISTER * victim@example.org password-{number}"
        )
        await visitor.close()
    written = place.mails.mails[before:]
    people = {str(mail["To"]) for mail in written}
    too_many = max(0, len(written) - 5) + len(people - {"victim@example.org"})
    return Outcome("32 addresses in a line, and one address from 12 places", got_in=too_many)


_CAPS = "batch message-tags draft/chathistory draft/message-redaction draft/read-marker draft/metadata-2 draft/search"
_LONG_AGO, _LATER = "timestamp=2020-01-01T00:00:00.000Z", "timestamp=2035-01-01T00:00:00.000Z"
_QUESTIONS = (
    "LIST {c}", "LIST #h*", "NAMES {c}", "WHO {c}", "WHO owner %c", "WHOIS owner", "TOPIC {c}", "MODE {c}",
    "MODE {c} b", "PART {c}", "KICK {c} owner", "INVITE owner {c}", "PRIVMSG {c} :hi", "TAGMSG {c}",
    "RENAME {c} #other", "REDACT {c} 0123456789abcdef", "MARKREAD {c}", "CHATHISTORY LATEST {c} * 10",
    f"CHATHISTORY TARGETS {_LONG_AGO} {_LATER} 50", "SEARCH in={c};text=hush", "SEARCH text=hush", "METADATA {c} LIST",
    "METADATA {c} SYNC", "PRIVMSG ChanServ :INFO {c}", "PRIVMSG ChanServ :OP {c}",
)  # fmt: skip


async def _hidden_rooms(place: Place) -> Outcome:
    owner = await Visitor.come(place.port, _HOME, "owner")
    await owner.ask("JOIN #hidden", "MODE #hidden +s", "TOPIC #hidden :hush", "PRIVMSG #hidden :hush, all of you")
    learned = 0
    for begin in range(0, len(_QUESTIONS), 12):
        asker = await Visitor.come(place.port, "127.8.30.1", caps=_CAPS)
        for question in _QUESTIONS[begin : begin + 12]:
            answers = [
                [_without_chance(line, name) for line in await asker.ask(question.format(c=name))]
                for name in ("#hidden", "#absent")
            ]
            learned += answers[0] != answers[1]
        await asker.close()
    await owner.close()
    return Outcome(f"{len(_QUESTIONS)} questions about a room with +s and one that is not there", learned=learned)


def _without_chance(line: str, name: str) -> str:
    """Return the line without what is another one each time."""
    return re.sub(r"(msgid|time)=[^ ;]*|BATCH [+-]\w+|batch=\w+|\b\d{10}\b", "", line.replace(name, "{room}"))


async def _renamed_to(place: Place) -> Outcome:
    owner, asker = await Visitor.come(place.port, _HOME), await Visitor.come(place.port, "127.8.31.1")
    await owner.ask("JOIN #taken", "MODE #taken +s")
    await asker.ask("JOIN #mine")
    taken, never = [
        [line.replace(name, "{room}") for line in await asker.ask(f"RENAME #mine {name}")]
        for name in ("#taken", "taken")
    ]
    await owner.close()
    await asker.close()
    return Outcome("RENAME to its name, and to one that no room may have", learned=int(taken != never))


async def _counted(place: Place) -> Outcome:
    owner, asker = await Visitor.come(place.port, _HOME), await Visitor.come(place.port, "127.8.32.1")
    before = await asker.ask("LUSERS")
    await owner.ask("JOIN #one-more", "MODE #one-more +s")
    between = await asker.ask("LUSERS")
    await owner.close()
    await asker.close()
    rooms = [[line for line in lines if " 254 " in line] for lines in (before, between)]
    return Outcome("LUSERS before and after a room with +s is made", learned=int(rooms[0] != rooms[1]))


async def _behind_cloaks(place: Place) -> Outcome:
    """Halve the addresses in which somebody may live, by what a ban of half of them does."""
    spy = await Visitor.come(place.port, "127.8.33.1")
    victim = await Visitor.come(place.port, _HOME, "victim")
    await spy.ask("JOIN #trap")
    await victim.ask("JOIN #trap")
    masks = [
        "*!*@127.*",
        "*!*@127.5.*",
        "*!*@127.5.0.*",
        f"*!*@{_HOME}",
        "*!*@127.0.0.0/8",
        "*!*@*.0.1",
        "*!*@1*",
        "*!*@*1",
    ]
    learned = 0
    for mask in masks:
        await spy.ask(f"MODE #trap +b {mask}")
        await victim.ask("PRIVMSG #trap :am I heard?")
        learned += not any("am I heard?" in line for line in await spy.ask(f"MODE #trap -b {mask}"))
    shown = await spy.ask("WHOIS victim", "WHO victim %i", "USERHOST victim", "WHO *127.5.0*")
    learned += any(_HOME in line for line in shown) + any(" 352 " in line for line in shown)
    await spy.close()
    await victim.close()
    return Outcome(f"{len(masks)} ban masks of parts of an address, WHOIS, WHO and USERHOST", learned=learned)


ATTEMPTS: dict[str, Callable[[Place], Awaitable[Outcome]]] = {
    "guessing a password by SASL": partial(_guessed, guess=_by_sasl, right=PASSWORD),
    "guessing a password by IDENTIFY": partial(_guessed, guess=_by_identify, right=PASSWORD),
    "guessing an operator's password": partial(_guessed, guess=_by_oper, right=ROOT),
    "guessing the server's password": partial(_guessed, guess=_by_pass, right=PASSWORD),
    "guessing a code that verifies": _guessing_a_code,
    "locking an owner out": _locking_out,
    "SCRAM left open": _scram_left_open,
    "an operator's mask by USER": _mask_by_user,
    "an invitation by a member": _invited,
    "mail to many": _mails,
    "asking about a hidden room": _hidden_rooms,
    "taking a hidden room's name": _renamed_to,
    "counting hidden rooms": _counted,
    "addresses behind cloaks": _behind_cloaks,
}
"""By what the table calls them."""

_LOCKED = frozenset({"guessing the server's password"})
"""Those for which the server has a password."""


async def attempt(name: str, place: Place) -> Outcome:
    """Make one of the attempts, on a server that has just started."""
    with trio.fail_after(_PATIENCE):
        if name not in _LOCKED:
            owner = await Visitor.come(place.port, _HOME, OWNER)
            await owner.ask(f"PRIVMSG NickServ :REGISTER {PASSWORD}")
            await owner.close()
        return await ATTEMPTS[name](place)


def settings(name: str, mail_port: int) -> str:
    """Return the settings of the server for an attempt."""
    return SETTINGS.format(mail=mail_port, password=f'"{PASSWORD}"' if name in _LOCKED else '""')
