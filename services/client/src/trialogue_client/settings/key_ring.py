"""Passwords in the system's key ring, where there is one: never anywhere else, and never in clear text.

https://keyring.readthedocs.io  All of these may wait for the system, which may ask the person to unlock it: call them
in a thread. The library is loaded when it is first needed, so that a start without it costs nothing.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from trialogue_client.address import Endpoint

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SAFE = 1
"""The library gives less than this to what keeps nothing, or keeps it for everybody to read."""


class VaultError(Exception):
    """The key ring cannot be used; the text is one sentence for the person."""


def check() -> None:
    """Raise VaultError if there is no key ring."""
    _open()


def keep(endpoint: Endpoint, account: str, password: str) -> None:
    """Keep a password. Raises VaultError."""
    ring = _open()
    try:
        ring.set_password(_service(endpoint), account, password)
    except Exception as error:  # A backend may raise whatever the system behind it does.
        raise VaultError(
            f"The system's key ring did not take the password ({_kind(error)}), so it is not kept."
        ) from error


def look_up(endpoint: Endpoint, account: str) -> str:
    """Return a password that was kept, or "". Raises VaultError."""
    ring = _open()
    try:
        return ring.get_password(_service(endpoint), account) or ""
    except Exception as error:  # As above.
        raise VaultError(f"The system's key ring does not give the password ({_kind(error)}).") from error


def forget(endpoint: Endpoint, account: str) -> None:
    """Take a password out; that there is none is as good. Raises VaultError."""
    from keyring.errors import PasswordDeleteError

    ring = _open()
    try:
        with suppress(PasswordDeleteError):
            ring.delete_password(_service(endpoint), account)
    except Exception as error:  # As above.
        raise VaultError(f"The system's key ring did not let go of the password ({_kind(error)}).") from error


def _open() -> "KeyringBackend":
    try:
        import keyring

        ring = keyring.get_keyring()
        safe = ring.priority >= _SAFE
    except Exception as error:  # As above; a choice that its owner has made may be wrong too.
        raise VaultError(f"The system's key ring cannot be opened ({_kind(error)}), so no password is kept.") from error
    if not safe:
        raise VaultError("This system has no key ring, so no password is kept.")
    return ring


def _service(endpoint: Endpoint) -> str:
    return f"trialogue {endpoint}"


def _kind(error: Exception) -> str:
    """Name the error: its text might hold what it was about."""
    return type(error).__name__
