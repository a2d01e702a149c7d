"""Idempotency keys: which messages were said under a key that their client had chosen. See docs/idempotency-keys.md.

Only hashes are kept: of a key with the account (guests have one scope for all, as a key is known to nobody else), of
what was said under it, and of who said it.
"""

from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b

from msgspec import Struct

KEPT_FOR = 24 * 3600
"""Seconds for which a key is remembered, unless there are too many."""

KEY_SIZES = 22, 64
"""The least and the greatest length of a key in bytes: 22 characters of base64 have 128 bits."""

_MILLISECONDS = 20
"""Bits of an event's id below its milliseconds."""


class UsedKey(Struct, frozen=True, array_like=True, gc=False):
    """One key, and what became of its message."""

    digest: bytes
    """The hash of the key and of whose it is: see `digest`."""
    content: bytes
    """The hash of what was said under it."""
    speaker: bytes
    """The hash of who is counted for it."""
    message: int
    """The id of the message."""
    is_redacted: bool = False


class IdempotencyKeys:
    """All keys that are remembered, in the order of their messages. Only `World.apply` changes them."""

    def __init__(self) -> None:
        self._messages: dict[bytes, int] = {}
        """Ids of messages, by the digest of the key."""
        self._used: OrderedDict[int, UsedKey] = OrderedDict()
        """By the message's id."""
        self._of: dict[bytes, list[int]] = {}
        """The ids of each speaker's messages. Lists, as most are short, and a deque takes 600 bytes at least."""

    def __len__(self) -> int:
        return len(self._used)

    def find(self, *digests: bytes) -> UsedKey | None:
        """Return what was said under the first of these keys that is known."""
        found = next((message for one in digests if (message := self._messages.get(one))), 0)
        return self._used.get(found)

    def of_message(self, message: int) -> UsedKey | None:
        """Return the key under which a message was said, if it is remembered."""
        return self._used.get(message)

    def note(self, used: UsedKey) -> None:
        """Remember a key, or what has become of its message since."""
        if used.message not in self._used:
            self._messages[used.digest] = used.message
            self._of.setdefault(used.speaker, []).append(used.message)
        self._used[used.message] = used

    def forget(self, message: int) -> None:
        """Forget the key of a message: the oldest of its speaker."""
        used = self._used.pop(message, None)
        if used is None:
            return
        if self._messages.get(used.digest) == message:  # else it was used on two connections at the same time
            del self._messages[used.digest]
        theirs = self._of[used.speaker]
        theirs.remove(message)
        if not theirs:
            del self._of[used.speaker]

    def surplus(self, speaker: bytes, *, most: int, most_of_one: int) -> Iterator[int]:
        """Yield the messages whose keys are to be forgotten after this speaker's latest, at most two; 0 is no limit.

        Where there are too many, whoever has more than an equal share gives up their own oldest.
        """
        theirs, total, oldest = self._of[speaker], len(self._used), next(iter(self._used))
        is_expired = (theirs[-1] - oldest) >> _MILLISECONDS > KEPT_FOR * 1000
        if is_expired:
            yield oldest
        is_crowded = 0 < most < total
        if 0 < most_of_one < len(theirs) or (is_crowded and len(theirs) * len(self._of) > total):
            if not (is_expired and theirs[0] == oldest):
                yield theirs[0]
        elif is_crowded and not is_expired:
            yield oldest


def digest(scope: str, key: str) -> bytes:
    """Return the hash under which a key is remembered."""
    return blake2b(f"{scope}\0{key}".encode(), digest_size=16).digest()


def content_hash(key: str, *parts: str) -> bytes:
    """Return the hash of what was said under a key. Without the key, which is not kept, nobody can try texts on it."""
    return blake2b("\0".join((key, *parts)).encode(), digest_size=8).digest()


def speaker_hash(speaker: str) -> bytes:
    """Return the hash of who is counted: see `User.speaker`."""
    return blake2b(speaker.encode(), digest_size=8).digest()
