"""A key ring that lasts as long as a test."""

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
import trio
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Ring(KeyringBackend):
    """A key ring in place of the system's."""

    priority: float = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        """Passwords, by service and user."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept, or None."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it; the interface wants an error where there is none."""
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@contextmanager
def system_with(ring: KeyringBackend) -> Iterator[None]:
    """Have the system use this key ring."""
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        yield
    finally:
        keyring.set_keyring(before)


async def wait_threads_ended() -> None:
    """Wait until no thread of Trio's works any more, also of those that nobody waits for.

    One that was left behind by a client that ended might write to the key ring of the next test.
    """
    limiter = trio.to_thread.current_default_thread_limiter()
    holders = [object() for _ in range(int(limiter.total_tokens))]
    for holder in holders:
        await limiter.acquire_on_behalf_of(holder)
    for holder in holders:
        limiter.release_on_behalf_of(holder)
