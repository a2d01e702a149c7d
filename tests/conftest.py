"""What all tests may ask for."""

import os

import pytest
from hypothesis import settings

from tests.support.irc import Irc

settings.register_profile("unhurried", deadline=None)  # how long one example takes tells of the machine
settings.load_profile("unhurried")


@pytest.fixture
def irc() -> Irc:
    """A server with the default settings."""
    return Irc()


@pytest.fixture(autouse=True, scope="session")
def no_key_ring() -> None:
    """Keep away from the key ring of whoever runs the tests; those that need one bring their own."""
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
