"""What all tests may ask for."""

import pytest

from tests.support.irc import Irc


@pytest.fixture
def irc() -> Irc:
    """A server with the default settings."""
    return Irc()
