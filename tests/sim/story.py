"""Makes up a script from a seed: what people do, and what goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.sim.play import Script
from tests.sim.town import Step

_ROOMS = ("#a", "#a", "#a", "#b", "#C")
_NICKS = ("alice", "bob", "carol", "dave", "erin", "Zoë", "nobody", "ALICE")
_CAPS = (
    "account-notify", "account-tag", "away-notify", "batch", "chghost", "draft/chathistory", "draft/event-playback",
    "draft/message-redaction", "draft/multiline", "draft/read-marker", "draft/search", "echo-message", "extended-join",
    "invite-notify", "labeled-response", "message-tags", "multi-prefix", "server-time", "setname", "userhost-in-names",
)  # fmt: skip
_LINES = (
    "TOPIC {r} :topic", "NAMES {r}", "WHO {r}", "WHOIS {n}", "LIST", "AWAY :gone", "AWAY", "SETNAME :name",
    "MARKREAD {r}", "MONITOR + {n}", "MONITOR S", "PING :there", "NOTICE {r} :note", "WHOWAS {n}", "LUSERS", "CAP LIST",
    "CHATHISTORY LATEST {r} * 50", "CHATHISTORY BEFORE {r} timestamp=2030-01-01T00:00:00.000Z 5",
    "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2040-01-01T00:00:00.000Z 10",
    "METADATA * SET url :there", "NS SET ALWAYS-ON OFF", "INVITE {n} {r}", "MODE {r}", "VERSION", "USERHOST {n}",
)  # fmt: skip
_HARD = (
    "MODE {r} +i", "MODE {r} -i", "MODE {r} -i", "MODE {r} +k key", "MODE {r} -k key", "MODE {r} -k key", "MODE {r} +m",
    "MODE {r} -m", "MODE {r} -m", "MODE {r} +b {n}", "MODE {r} -b {n}", "MODE {r} +l 3", "MODE {r} -l", "MODE {r} +s",
    "MODE {r} -s", "MODE {r} +o {n}", "MODE {r} +v {n}", "KICK {r} {n} :out", "RENAME {r} #d :new", "RENAME #d {r}",
    "NS SET ALWAYS-ON ON", "CS REGISTER {r}", "CS DROP {r}", "SILENCE +{n}", "SILENCE -{n}", "QUIT :bye", "JOIN 0",
)  # fmt: skip
"""What keeps people from talking: not too much of it."""

_WAITS = (2.0, 2.0, 2.0, 5.0, 5.0, 100.0)

_WAITS = (2.0, 2.0, 2.0, 5.0, 5.0, 100.0)

Maker = Callable[[Random, int], Step]


def _who(chance: Random, people: int) -> int:
    return chance.randrange(people)


def _room(chance: Random) -> str:
    return chance.choice(_ROOMS)


def _line(chance: Random, people: int, lines: tuple[str, ...] = _LINES) -> Step:
    text = chance.choice(lines).format(r=_room(chance), n=chance.choice(_NICKS))
    return ("line", _who(chance, people), text)


def _cut(chance: Random, people: int) -> Step:
    way = chance.randrange(3)
    return (
        "cut",
        _who(chance, people),
        chance.randrange(1, 200) if way == 1 else None,
        chance.randrange(1, 2000) if way == 2 else None,
    )


def _disk(chance: Random, _: int) -> Step:
    way = chance.randrange(4)
    return (
        "disk",
        chance.choice((0.5, 3.0, 20.0)) if way == 0 else 0.0,
        chance.randrange(1, 4) if way == 1 else 0,
        chance.randrange(1, 4) if way > 1 else 0,
        way == 3,
    )


_ACTS: dict[str, tuple[int, Maker]] = {
    "come": (4, lambda c, n: ("come", _who(c, n))),
    "leave": (1, lambda c, n: ("leave", _who(c, n))),
    "say": (60, lambda c, n: ("say", _who(c, n), _room(c))),
    "tell": (6, lambda c, n: ("say", _who(c, n), c.choice(_NICKS))),
    "lines": (3, lambda c, n: ("lines", _who(c, n), _room(c), c.randrange(1, 5))),
    "join": (12, lambda c, n: ("join", _who(c, n), _room(c))),
    "part": (3, lambda c, n: ("part", _who(c, n), _room(c))),
    "nick": (4, lambda c, n: ("line", _who(c, n), f"NICK {c.choice(_NICKS)}")),
    "register": (3, lambda c, n: ("register", _who(c, n))),
    "login": (3, lambda c, n: ("login", _who(c, n), c.choice(_NICKS[:3]))),
    "earlier": (5, lambda c, n: ("earlier", _who(c, n), _room(c), c.randrange(1, 12))),
    "search": (3, lambda c, n: ("search", _who(c, n), c.choice(("it is", "anew", "w1", "z")))),
    "react": (3, lambda c, n: ("react", _who(c, n), _room(c), c.randrange(9), "👍")),
    "redact": (3, lambda c, n: ("redact", _who(c, n), _room(c), c.randrange(9))),
    "edit": (3, lambda c, n: ("edit", _who(c, n), _room(c), c.randrange(9))),
    "line": (15, _line),
    "hard": (8, lambda c, n: _line(c, n, _HARD)),
    "wait": (5, lambda c, _: ("wait", c.choice(_WAITS))),
    "settle": (1, lambda _c, _n: ("settle",)),
}
_FAULTS: dict[str, tuple[int, Maker]] = {
    "cut": (6, _cut),
    "slow": (3, lambda c, n: ("slow", _who(c, n))),
    "kill": (4, lambda c, _: ("kill", c.randrange(40), c.random() < 0.5)),
    "kill again": (1, lambda c, _: ("kill", c.randrange(40), c.random() < 0.5, c.randrange(1, 60))),
    "disk": (3, _disk),
    "clock": (2, lambda c, _: ("clock", c.choice((-1.0, 1)) * c.choice((0.5, 5.0, 600.0, 4000.0, 90_000.0)))),
    "threads": (2, lambda c, _: ("threads", c.choice((0.0, 0.05, 1.0, 5.0)))),
}


def made_up(seed: int, length: int = 150) -> Script:
    """Return the script of a seed."""
    chance = Random(seed)
    people: list[Step] = [
        ("device", "alice", "alice"),
        ("device", "alice", "alice"),
        ("device", "bob", "bob"),
        ("device", "carol", ""),
        ("old", "dave", " ".join(chance.sample(_CAPS, chance.randrange(len(_CAPS) + 1)))),
        ("old", "erin", " ".join(chance.sample(_CAPS, chance.randrange(len(_CAPS) + 1)))),
    ]
    values = _settings(chance)
    steps: list[Step] = []
    for number, _ in enumerate(people):
        steps += [("come", number), ("wait", 1.0)]
        if number in (0, 2):
            steps += [("register", number), ("wait", 1.0)]
        steps.append(("join", number, "#a"))
    makers = {**_ACTS, **(_FAULTS if chance.random() < 0.9 else {})}
    weights = [weight for weight, _ in makers.values()]
    for _ in range(length):
        [(_, make)] = chance.choices(list(makers.values()), weights)
        steps.append(make(chance, len(people)))
    return Script(seed, values, people, [*steps, ("settle",)])


def _settings(chance: Random) -> dict[str, Any]:
    """Return settings: some are small, so that bounds are reached."""
    return {
        "history": {
            "page": chance.choice((5, 20, 100)),
            "durability": chance.choice(("full", "full", "process")),
            "playback": chance.choice((0, 5, 20)),
        },
        "limits": {
            "list_entries": 3,
            "channels_per_user": chance.choice((2, 5)),
            "send_queue": chance.choice((20_000, 2_000_000)),
            "monitor_entries": 3,
        },
        "flood": {"rate": chance.choice((0, 5, 50)), "burst": chance.choice((5, 40))},
        "timeouts": {"store": 0},
    }
