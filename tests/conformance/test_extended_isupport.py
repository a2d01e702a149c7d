"""extended-isupport: RPL_ISUPPORT when it is wanted.

https://ircv3.net/specs/extensions/extended-isupport (work in progress)
"""

import pytest

from ircwire import Message
from tests.support.irc import Irc, commands

CAPS = ("batch", "draft/extended-isupport")


def checked_batch(messages: list[Message]) -> list[Message]:
    """Return what is in the one batch that these messages are."""
    first, *inside, last = messages
    reference = first.params[0][1:]
    assert (first.command, first.params) == ("BATCH", [f"+{reference}", "draft/isupport"])
    assert (last.command, last.params) == ("BATCH", [f"-{reference}"])
    assert {message.tags.get("batch") for message in inside} == {reference}
    return inside


def test_isupport_is_answered_before_registration(irc: Irc) -> None:
    """ "When the draft/extended-isupport capability is enabled by the client, the server MUST accept ISUPPORT commands
    before connection registration completes"

    https://ircv3.net/specs/extensions/extended-isupport#draftextended-isupport-capability
    """
    client = irc.open()
    client.ask("CAP LS 302", f"CAP REQ :{' '.join(CAPS)}")
    inside = checked_batch(client.ask("ISUPPORT"))
    assert {message.command for message in inside} == {"005"}
    assert {message.params[0] for message in inside} == {"*"}
    assert "NETWORK=Trialogue" in inside[-1].params + inside[-2].params


def test_without_the_capability_registration_comes_first(irc: Irc) -> None:
    """ "When the draft/extended-isupport capability is enabled by the client…"

    https://ircv3.net/specs/extensions/extended-isupport#draftextended-isupport-capability
    """
    client = irc.open()
    assert commands(client.ask("ISUPPORT")) == ["451"]


def test_without_the_capabilities_there_is_no_batch(irc: Irc) -> None:
    """ "When receiving this command, the server MUST reply with one or more RPL_ISUPPORT messages (grouped inside a
    draft/isupport batch if the batch and draft/extended-isupport capabilities are enabled"

    https://ircv3.net/specs/extensions/extended-isupport#isupport-command
    """
    for cap in CAPS:
        assert set(commands(irc.connect(f"no{cap[:3]}", cap).ask("ISUPPORT"))) == {"005"}


@pytest.mark.parametrize("order", [CAPS, CAPS[::-1]])
def test_nothing_of_it_is_ever_outside_a_batch(irc: Irc, order: tuple[str, str]) -> None:
    """ "The server MUST NOT send any unbatched RPL_ISUPPORT message while both of these capabilities are enabled. The
    order in which the capabilities are enabled is not significant."

    https://ircv3.net/specs/extensions/extended-isupport#draftisupport-batch
    """
    client = irc.open()
    client.send("CAP LS 302", *[f"CAP REQ {cap}" for cap in order], "NICK alice", "USER a 0 * :A", "CAP END", "VERSION")
    shown = [message for message in client.read() if message.command == "005"]
    assert len(shown) >= 4
    assert all("batch" in message.tags for message in shown)


def test_the_same_is_said_at_registration_and_when_asked(irc: Irc) -> None:
    """ "A new ISUPPORT command is introduced to request the full RPL_ISUPPORT list."

    https://ircv3.net/specs/extensions/extended-isupport#isupport-command
    """
    client = irc.open()
    client.send("NICK alice", "USER a 0 * :A")
    at_first = [message.params for message in client.read() if message.command == "005"]
    assert [message.params for message in client.ask("ISUPPORT")] == at_first


def test_a_label_is_on_the_batch(irc: Irc) -> None:
    """ "The batch type MUST be one of: An existing type applicable to the entire response; labeled-response"

    https://ircv3.net/specs/extensions/labeled-response#tags
    """
    alice = irc.connect("alice", *CAPS, "labeled-response")
    messages = alice.ask("@label=x ISUPPORT")
    assert [message.tags.get("label") for message in messages].count("x") == 1
    assert messages[0].tags["label"] == "x"
    checked_batch(messages)
