"""What a line adds to the next flush: everybody's messages wait for it."""

import pytest

from tests.support.irc import Irc
from trialogue_server.session.meter import Meter
from trialogue_server.session.work import RECORD


@pytest.mark.parametrize("line", ["JOIN #new", "PART #old", "MODE #old +i"])
def test_records_that_are_written_or_deleted_count(line: str) -> None:
    """A disk takes longer for a channel that comes or goes than for a message."""
    irc = Irc()
    (alice,) = irc.room("#old", "alice")
    alice.ask("PRIVMSG #old :so that it is kept")
    meter = Meter(alice.session, irc.core.work)
    meter.begin()
    alice.ask(line)
    assert meter.flush >= RECORD
    meter.begin()
    alice.ask("PRIVMSG nobody :hello")
    assert meter.flush == 0
