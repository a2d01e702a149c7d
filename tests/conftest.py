"""What all tests may ask for, and what all of them are surrounded by."""

import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.irc import Irc
from tests.support.surroundings import make_alike

settings.register_profile("unhurried", deadline=None)  # how long one example takes tells of the machine
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Make the surroundings alike before any test is loaded: some libraries look at them when they are imported."""
    home = Path(tempfile.mkdtemp(prefix="home"))
    config.add_cleanup(partial(shutil.rmtree, home, ignore_errors=True))
    make_alike(home)


@pytest.fixture
def irc() -> Irc:
    """A server with the default settings."""
    return Irc()
