"""Somebody guesses over real sockets, sixty times side by side, with true hashes in true threads.

Loopback is the network: 127.0.0.2 guesses, 127.0.0.3 is the owner's home, and nobody is exempt.
"""

from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest
import trio
from scramp import ScramClient

from tests.support.patience import PATIENCE
from tests.support.running import Person, RunningServer, running
from tests.support.sasl import encoded, plain
from trialogue_server.store import passwords
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.passwords import HashCost
from trialogue_server.world.accounts import Account

pytestmark = [pytest.mark.system, pytest.mark.skipif("sys.platform != 'linux'", reason="127.0.0.2 is Linux's")]

BURGLAR, HOME = "127.0.0.2", "127.0.0.3"
RIGHT, GUESSES, ALLOWED = "correct-horse", 60, 5
SETTINGS = {
    "connections": {"exempt": [], "per_address": 0},
    "operators": [{"name": "root", "password": passwords.hash_password(RIGHT, HashCost(1, 1))}],
}

NUMBERS = count()

Guess = Callable[[Person, str], Awaitable[bool]]


async def by_plain(person: Person, guess: str) -> bool:
    await person.say("CAP REQ sasl", "AUTHENTICATE PLAIN")
    await person.hear("+")
    await person.say(f"AUTHENTICATE {plain('alice', guess)}")
    return "903" in (await person.hear("903", "904")).split()


async def by_scram(person: Person, guess: str) -> bool:
    peer = ScramClient(["SCRAM-SHA-256"], "alice", guess)
    await person.say("CAP REQ sasl", "AUTHENTICATE SCRAM-SHA-256")
    await person.hear("+")
    await person.say(f"AUTHENTICATE {encoded(peer.get_client_first())}")
    first = await person.hear("AUTHENTICATE", "904")
    if "904" in first.split():
        return False
    peer.set_server_first(encoded(first.split()[-1], back=True))
    await person.say(f"AUTHENTICATE {encoded(peer.get_client_final())}")
    return "904" not in (await person.hear("AUTHENTICATE", "904")).split()


async def by_identify(person: Person, guess: str) -> bool:
    await person.say(f"NICK g{next(NUMBERS)}", "USER g 0 * :g")
    await person.hear("422")
    await person.say(f"NS IDENTIFY alice {guess}")
    return "900" in (await person.hear("900", "NOTICE")).split()


async def by_oper(person: Person, guess: str) -> bool:
    await person.say(f"NICK g{next(NUMBERS)}", "USER g 0 * :g")
    await person.hear("422")
    await person.say(f"OPER root {guess}")
    return "381" in (await person.hear("381", "464")).split()


async def by_pass(person: Person, guess: str) -> bool:
    await person.say(f"PASS {guess}", f"NICK g{next(NUMBERS)}", "USER g 0 * :g")
    return "001" in (await person.hear("001", "464")).split()


async def try_it(server: RunningServer, guess: Guess, word: str, source: str) -> bool:
    person = await server.connect(source)
    return await guess(person, word)


@pytest.mark.parametrize("guess", [by_plain, by_scram, by_identify, by_oper, by_pass])
async def test_of_sixty_guesses_five_are_looked_at(
    tmp_path: Path, guess: Guess, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    verify = passwords.verify

    def watched(stored: str, word: str) -> bool:
        looked_at.append(word)
        return verify(stored, word)

    monkeypatch.setattr(passwords, "verify", watched)
    settings = {**SETTINGS, "server": {"password": RIGHT if guess is by_pass else ""}}
    with trio.fail_after(PATIENCE):
        async with running(tmp_path, **settings) as server:
            alice = Account("alice", 0.0, make_credentials(RIGHT, HashCost(1, 1)))
            server.core.world.accounts.save(alice)
            if guess is not by_pass:
                assert await try_it(server, by_plain, RIGHT, HOME)
            looked_at.clear()
            outcomes: list[bool] = []

            async def one(number: int) -> None:
                outcomes.append(await try_it(server, guess, f"guess-{number}", BURGLAR))

            async with trio.open_nursery() as guessing:
                for number in range(GUESSES):
                    guessing.start_soon(one, number)
            assert outcomes == [False] * GUESSES
            assert len(looked_at) == (0 if guess is by_scram else ALLOWED)
            assert not await try_it(server, guess, RIGHT, BURGLAR), "nor the right one"
            assert len(looked_at) == (0 if guess is by_scram else ALLOWED)
            assert await try_it(server, guess, RIGHT, HOME), "the owner is kept out of nothing"


async def test_many_who_are_right_at_once_are_all_let_in(tmp_path: Path) -> None:
    settings = {**SETTINGS, "server": {"password": passwords.hash_password(RIGHT, HashCost(1, 1))}}
    with trio.fail_after(PATIENCE):
        async with running(tmp_path, **settings) as server:
            outcomes: list[bool] = []

            async def one() -> None:
                outcomes.append(await try_it(server, by_pass, RIGHT, HOME))

            async with trio.open_nursery() as coming:
                for _ in range(GUESSES):
                    coming.start_soon(one)
            assert outcomes == [True] * GUESSES
