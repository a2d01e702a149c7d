"""Inputs are values: what one version wrote, the next ones read."""

import msgspec
import pytest

from trialogue_server.commands import inputs as i
from trialogue_server.commands.effects import MadeCredentials, ReadAside, Reloaded, StoreUnreadable
from trialogue_server.commands.requests import DropAccount
from trialogue_server.config import Config
from trialogue_server.world.accounts import Credentials
from trialogue_server.world.events import MessagePosted

WRITTEN: dict[bytes, i.Replicated] = {
    b"\x95\xa6Opened\x07\xa9192.0.2.1\xc3\xa6random": i.Opened(7, "192.0.2.1", secure=True, nonce="random"),
    b"\x93\xa9Certified\x07\xa2ab": i.Certified(7, "ab"),
    b"\x93\xa4Said\x07\xc4\x05\xff a:b": i.Said(7, b"\xff a:b"),
    b"\x92\xabSaidTooMuch\x07": i.SaidTooMuch(7),
    b"\x93\xa6Result\x07\xc0": i.Result(7, None),
    b"\x93\xa6Result\x07\xc3": i.Result(7, True),
    b"\x93\xa6Result\x07\xacno such host": i.Result(7, "no such host"),
    b"\x93\xa6Result\x07\x93\xafMadeCredentials\x82\xa6argon2\xa5$made\xa5scram\x90\xa6123456": i.Result(
        7, MadeCredentials(Credentials("$made"), "123456")
    ),
    b"\x93\xa6Result\x07\x93\xa8Reloaded\xa0\x91\xablisten.port": i.Result(7, Reloaded("", ("listen.port",))),
    b"\x93\xa6Result\x07\x91\xa9ReadAside": i.Result(7, ReadAside()),
    b"\x93\xa6Result\x07\x91\xafStoreUnreadable": i.Result(7, StoreUnreadable()),
    b"\x92\xadBatchTimedOut\x07": i.BatchTimedOut(7),
    b"\x92\xa8SpokeTls\x07": i.SpokeTls(7),
    b"\x93\xa8TimedOut\x07\xa6silent": i.TimedOut(7, "silent"),
    b"\x93\xa4Left\x07\xa3why": i.Left(7, "why"),
    b"\x93\xa6Closed\x07\xa3why": i.Closed(7, "why"),
    b"\x91\xaaTimePassed": i.TimePassed(),
    b"\x92\xafChannelsExpired\x91\x92\xa5#room\xce\x00\x01\x00\x00": i.ChannelsExpired((("#room", 65536),)),
    b"\x92\xacAdministered\x82\xa4type\xabDropAccount\xa4name\xa3bob": i.Administered(DropAccount("bob")),
    b"\x93\xafSettingsChanged\x80\x91\xa5Hello": i.SettingsChanged(Config(), ("Hello",)),
    b"\x92\xa7Stopped\xa3why": i.Stopped("why"),
    b"\x93\xa6NodeUp\xa1a\x03": i.NodeUp("a", 3),
    b"\x93\xa8NodeGone\xa1a\x03": i.NodeGone("a", 3),
}
"""What the first version wrote. It never changes: a field that comes later has a default."""


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: repr(WRITTEN[written])[:40])
def test_what_the_first_version_wrote_is_read(written: bytes) -> None:
    assert i.from_bytes(written) == WRITTEN[written]


def test_each_input_is_among_them() -> None:
    assert {type(entered) for entered in WRITTEN.values()} | {i.Read} == set(i.Input.__subclasses__())


@pytest.mark.parametrize("entered", WRITTEN.values(), ids=lambda entered: repr(entered)[:40])
def test_what_is_written_is_read(entered: i.Replicated) -> None:
    assert i.from_bytes(i.to_bytes(entered)) == entered


def test_an_event_that_was_found_is_written_as_well() -> None:
    event = MessagePosted(1, 2.0, 3, "bob!b@h", "", "PRIVMSG", "#room", "#room", 0, "", "hello", "")
    assert i.from_bytes(i.to_bytes(i.Result(7, event))) == i.Result(7, event)


def test_what_is_no_input_is_refused() -> None:
    for data in (b"", b"\x91\xa4Gone", b"\x93\xa4Said\x07\x07"):
        with pytest.raises(msgspec.MsgspecError):
            i.from_bytes(data)


def test_the_sessions_of_two_nodes_have_different_numbers() -> None:
    assert {i.life_of(i.first_sid(life) + number) for life in (0, 1, 2) for number in (1, 4_000_000_000)} == {0, 1, 2}
    assert i.first_sid(0) == 0, "a server by itself"
