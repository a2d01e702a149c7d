"""What all tests may ask for, and what all of them are surrounded by."""

import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.irc import Irc
from tests.support.surroundings import make_alike

# How long one example takes tells of the machine. The examples are the same in every run, so that a red test is red for
# everybody; look for new ones with ``pytest --hypothesis-profile=explore``.
settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=1500)
if settings.get_current_profile_name() != "explore":
    settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """Make the surroundings alike before any test is loaded: some libraries look at them when they are imported."""
    home = Path(tempfile.mkdtemp(prefix="home"))
    config.add_cleanup(partial(shutil.rmtree, home, ignore_errors=True))
    make_alike(home)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Name the seed of the hashes where something has failed: the order of sets may be why."""
    if exitstatus and (seed := os.environ.get("PYTHONHASHSEED")):
        terminalreporter.write_line(f"This was with PYTHONHASHSEED={seed}")


@pytest.fixture
def irc() -> Irc:
    """A server with the default settings."""
    return Irc()
