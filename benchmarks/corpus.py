"""Messages as people write them, as far as that matters to what stores and finds them: some words are in every other
message and most in hardly any, some rooms and people say more than others, and a part of it is Japanese.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

from trialogue_server.world.events import MessagePosted

ROOMS = 100
PEOPLE = 300
FIRST_ID = 1_700_000_000_000 << 20
STEP = 1 << 20
"""From one id to the next: a millisecond."""

_WORDS = 5000
_LENGTH = 10
"""Words of a message: some 65 characters."""

_JAPANESE = 20
"""One message of so many."""


@cache
def words(*, japanese: bool = False) -> tuple[str, ...]:
    """Return the words, the most common first."""
    letters = [chr(0x4E00 + number) for number in range(800)] if japanese else list("abcdefghijklmnopqrstuvwxyz")
    lengths = (2, 3) if japanese else (3, 9)
    rng = random.Random(1)
    return tuple("".join(rng.choices(letters, k=rng.randint(*lengths))) for _ in range(_WORDS))


@cache
def _weights(count: int) -> list[float]:
    """By Zipf's law, added up."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def text(rng: random.Random) -> str:
    """Return what somebody says."""
    japanese = rng.randrange(_JAPANESE) == 0
    chosen = rng.choices(words(japanese=japanese), cum_weights=_weights(_WORDS), k=_LENGTH)
    return ("" if japanese else " ").join(chosen)


def room(rng: random.Random) -> str:
    """Return where somebody says it: half of it in the ten busiest rooms."""
    return f"#room{rng.choices(range(ROOMS), cum_weights=_weights(ROOMS))[0]}"


def person(rng: random.Random) -> str:
    """Return a nick."""
    return f"person{rng.choices(range(PEOPLE), cum_weights=_weights(PEOPLE))[0]}"


def message(number: int, rng: random.Random) -> MessagePosted:
    """Return the message of this number."""
    at, where, nick = FIRST_ID + number * STEP, room(rng), person(rng)
    source = f"{nick}!{nick}@127.0.0.1"
    return MessagePosted(at, (at >> 20) / 1000, 1, source, nick, "PRIVMSG", where, where, 0, "", text(rng), "", "")
