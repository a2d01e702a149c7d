"""The keys that are remembered: how many, and which go."""

from hypothesis import given
from hypothesis import strategies as st

from trialogue_server.world.idempotency import KEPT_FOR, IdempotencyKeys, UsedKey

MOST, MOST_OF_ONE = 8, 5
_SECOND = 1000 << 20


def used(number: int, speaker: int, *, second: int = 0) -> UsedKey:
    """Return the key of the message of this number, which is said in this second."""
    return UsedKey(b"%d" % number, b"", b"%d" % speaker, (second + 1) * _SECOND + number)


def add(keys: IdempotencyKeys, key: UsedKey) -> list[int]:
    """Remember a key as the server does; return the messages of those that it forgets."""
    keys.note(key)
    gone = list(keys.surplus(key.speaker, most=MOST, most_of_one=MOST_OF_ONE))
    for message in gone:
        keys.forget(message)
    return gone


@given(said=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20_000)), max_size=60))
def test_there_are_never_more_than_may_be(said: list[tuple[int, int]]) -> None:
    keys, model, second = IdempotencyKeys(), list[UsedKey](), 0
    for number, (speaker, later) in enumerate(said):
        second += later
        key = used(number, speaker, second=second)
        gone = add(keys, key)
        model = [one for one in [*model, key] if one.message not in gone]
        assert len(keys) == len(model) <= MOST
        assert sum(one.speaker == key.speaker for one in model) <= MOST_OF_ONE
        assert len(gone) <= 2
        assert key in model, "what was said last is always remembered"
    assert [keys.find(one.digest) for one in model] == model


def test_whoever_has_most_makes_room() -> None:
    keys = IdempotencyKeys()
    first = [used(number, speaker=number) for number in range(4)]
    many = [used(number, speaker=9) for number in range(4, 20)]
    for one in (*first, *many):
        add(keys, one)
    assert all(keys.find(one.digest) for one in first)
    assert [one for one in many if keys.find(one.digest)] == many[-4:]


def test_a_day_is_enough() -> None:
    keys = IdempotencyKeys()
    old = used(1, speaker=1)
    add(keys, old)
    add(keys, used(2, speaker=2, second=KEPT_FOR - 1))
    assert keys.find(old.digest) == old
    assert add(keys, used(3, speaker=2, second=KEPT_FOR + 1)) == [old.message]
    assert keys.find(old.digest) is None


def test_a_key_that_is_used_twice_at_the_same_time_is_not_lost_with_the_first() -> None:
    keys = IdempotencyKeys()
    one, other = UsedKey(b"x", b"", b"1", 1), UsedKey(b"x", b"", b"1", 2)
    keys.note(one)
    keys.note(other)
    keys.forget(1)
    keys.forget(1)
    assert keys.find(b"x") == other
    keys.forget(2)
    assert (keys.find(b"x"), len(keys)) == (None, 0)
