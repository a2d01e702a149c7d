"""Passwords in the system's key ring: kept there or nowhere, and no key ring whatever ends the client."""

import pytest
from keyring.core import load_keyring

from tests.support.keyring import Ring, system_with
from trialogue_client.address import Endpoint
from trialogue_client.settings import key_ring

HERE = Endpoint("chat.example.org", 6697, tls=True)


def test_a_password_is_found_again_for_its_server_and_account_alone_and_forgotten() -> None:
    with system_with(Ring()):
        key_ring.keep(HERE, "bob", "swordfish")
        assert key_ring.look_up(HERE, "bob") == "swordfish"
        assert key_ring.look_up(HERE, "alice") == key_ring.look_up(Endpoint("chat.example.org", 6667), "bob") == ""
        key_ring.forget(HERE, "bob")
        key_ring.forget(HERE, "bob")
        assert key_ring.look_up(HERE, "bob") == ""


def test_a_system_without_a_key_ring_is_told_of_and_nothing_is_kept() -> None:
    with (
        system_with(load_keyring("keyring.backends.fail.Keyring")),
        pytest.raises(key_ring.VaultError, match="This system has no key ring"),
    ):
        key_ring.keep(HERE, "bob", "swordfish")


def test_what_would_keep_a_password_in_clear_text_is_no_key_ring() -> None:
    class ClearText(Ring):
        priority = 0.5

    ring = ClearText()
    with system_with(ring), pytest.raises(key_ring.VaultError, match="no key ring"):
        key_ring.keep(HERE, "bob", "swordfish")
    assert ring.kept == {}


@pytest.mark.parametrize(
    "act", [lambda: key_ring.keep(HERE, "bob", "swordfish"), lambda: key_ring.look_up(HERE, "bob")]
)
def test_a_key_ring_that_breaks_is_told_of_without_what_it_was_about(act: object) -> None:
    class Broken(Ring):
        def get_password(self, service: str, username: str) -> str | None:
            raise OSError(f"no bus for {username} of {service}")

        def set_password(self, service: str, username: str, password: str) -> None:
            raise OSError(f"cannot keep {password}")

    assert callable(act)
    with system_with(Broken()), pytest.raises(key_ring.VaultError, match=r"\(OSError\)") as caught:
        act()
    assert "swordfish" not in str(caught.value)
