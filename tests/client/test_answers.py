"""What the client makes of answers from the local network, honest and other ones."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zeroconf import DNSIncoming

from tests.support.responder import (
    EVIL_NAME,
    PLAIN_TYPE,
    SECURE_TYPE,
    address,
    lies,
    place,
    pointer,
    response,
    server,
    text,
)
from trialogue_client.address import Endpoint
from trialogue_client.net.answers import Answers, LocalLink
from trialogue_client.net.nearby_server import NearbyServer, offered, readable

ID = 4711
HERE = ("10.0.0.5", 5353)
LAN = LocalLink("eth0", (IPv4Network("10.0.0.0/24"),))
PRINT = ":".join(["AB"] * 32)


@pytest.fixture
def answers() -> Answers:
    return Answers(ID)


def names(found: list[NearbyServer]) -> list[str]:
    return [one.name for one in found]


def questions(answers: Answers) -> set[tuple[str, int]]:
    return {(question.name, question.type) for question in DNSIncoming(answers.question()).questions}


def test_it_asks_for_both_kinds_and_not_for_an_answer_to_everybody(answers: Answers) -> None:
    query = DNSIncoming(answers.question())
    assert query.is_query()
    assert query.id == ID
    assert questions(answers) == {(PLAIN_TYPE, 12), (SECURE_TYPE, 12)}


def test_one_datagram_makes_a_server_and_the_same_again_makes_none(answers: Answers) -> None:
    datagram = server(ID, "Garden", "10.0.0.5")
    found = answers.receive(datagram, HERE)
    assert found == [NearbyServer("Garden", Endpoint("10.0.0.5", 6667), machine="box")]
    assert answers.receive(datagram, HERE) == []
    assert answers.receive(datagram, ("10.0.0.6", 5353)) == []


def test_two_of_one_name_are_two(answers: Answers) -> None:
    one = answers.receive(
        response(ID, pointer("Garden"), place("Garden", 6667, "a.local."), address("10.0.0.5", "a.local.")), HERE
    )
    two = answers.receive(
        response(ID, pointer("Garden"), place("Garden", 6667, "b.local."), address("10.0.0.6", "b.local.")),
        ("10.0.0.6", 5353),
    )
    assert [str(found) for found in one + two] == ["Garden  10.0.0.5:6667", "Garden  10.0.0.6:6667"]


def test_what_comes_in_pieces_is_put_together_and_asked_for(answers: Answers) -> None:
    assert answers.receive(response(ID, pointer("Garden")), HERE) == []
    assert questions(answers) >= {(f"Garden.{PLAIN_TYPE}", 33), (f"Garden.{PLAIN_TYPE}", 16)}
    assert answers.receive(response(ID, place("Garden", 7000)), HERE) == []
    assert questions(answers) >= {("box.local.", 1), ("box.local.", 28)}
    assert answers.receive(response(ID, address("10.0.0.5")), HERE) == [
        NearbyServer("Garden", Endpoint("10.0.0.5", 7000), machine="box")
    ]


def test_nobody_completes_what_another_one_said(answers: Answers) -> None:
    answers.receive(response(ID, pointer("Garden"), place("Garden", 6667)), HERE)
    assert answers.receive(response(ID, address("10.0.0.66")), ("10.0.0.66", 5353)) == []


def test_encryption_comes_from_the_type_and_the_fingerprint_from_the_text(answers: Answers) -> None:
    said = text("Garden", b"tls=0", b"SHA256=" + PRINT.lower().encode(), kind=SECURE_TYPE)
    secure = pointer("Garden", SECURE_TYPE), place("Garden", 6697, kind=SECURE_TYPE), said
    plain = pointer("Garden"), place("Garden", 6667), text("Garden", b"tls=1")
    found = answers.receive(response(ID, *plain, *secure, address("10.0.0.5")), HERE)
    assert [one.endpoint.tls for one in found] == [True, False]
    assert [one.fingerprint for one in found] == [PRINT, ""]
    assert [one.endpoint.port for one in offered(found)] == [6697]


@pytest.mark.parametrize("value", [b"", b"AB", b"\x1b[31m" + b"AB:" * 31, b"AB:" * 32, b"sha256" * 40])
def test_a_fingerprint_that_is_none_is_left_out(answers: Answers, value: bytes) -> None:
    said = response(
        ID, pointer("Garden"), place("Garden", 6667), text("Garden", b"sha256=" + value), address("10.0.0.5")
    )
    assert [one.fingerprint for one in answers.receive(said, HERE)] == [""]


@pytest.mark.parametrize(
    ("source", "announced", "host"),
    [
        ("10.0.0.5", ["172.17.0.1", "10.0.0.5"], "10.0.0.5"),
        ("fe80::5", ["172.17.0.1", "10.0.0.5", "fe80::5"], "10.0.0.5"),
        ("fe80::5", ["172.17.0.1", "fe80::5"], "fe80::5%eth0"),
        ("fe80::5%eth0", ["fe80::5"], "fe80::5%eth0"),
        ("10.0.0.9", ["192.168.7.7"], "192.168.7.7"),
        ("10.0.0.9", ["fe80::7", "fd00::7"], "fd00::7"),
    ],
)
def test_of_several_addresses_the_one_within_reach_is_taken(
    answers: Answers, source: str, announced: list[str], host: str
) -> None:
    said = response(ID, pointer("Garden"), place("Garden", 6667), *map(address, announced))
    assert [one.endpoint.host for one in answers.receive(said, (source, 5353), LAN)] == [host]


@pytest.mark.parametrize("address_", ["127.0.0.1", "::1", "224.0.0.1", "ff02::1", "0.0.0.0"])
def test_nobody_sends_us_where_no_other_machine_is(answers: Answers, address_: str) -> None:
    assert answers.receive(server(ID, "Garden", address_), HERE) == []


def test_answers_to_no_question_of_ours_are_passed_over(answers: Answers) -> None:
    """Legacy unicast: the response "must repeat the query ID" of the query, and comes from port 5353.

    https://www.rfc-editor.org/rfc/rfc6762#section-6.7
    """
    assert answers.receive(server(ID + 1, "Garden", "10.0.0.5"), HERE) == []
    assert answers.receive(server(ID, "Garden", "10.0.0.5"), ("10.0.0.5", 4000)) == []
    assert answers.receive(answers.question(), HERE) == []


def test_a_liar_gets_no_more_than_their_share_and_sends_nothing_to_the_terminal(answers: Answers) -> None:
    shown = [str(one) for lie in lies(ID, "10.0.0.66") for one in answers.receive(lie, ("10.0.0.66", 5353), LAN)]
    assert 0 < len(shown) <= 8
    assert all(line.isprintable() for line in shown)
    assert len(answers.question()) < 1500
    assert names(answers.receive(server(ID, "Garden", "10.0.0.5"), HERE)) == ["Garden"]


def test_many_liars_do_not_fill_the_list_without_end(answers: Answers) -> None:
    found = [
        one
        for number in range(250)
        for one in answers.receive(server(ID, f"crowd {number}", f"10.0.0.{number}"), (f"10.0.0.{number}", 5353))
    ]
    assert len(found) == 50


def test_an_evil_name_is_shown_without_its_evil(answers: Answers) -> None:
    (one,) = answers.receive(server(ID, EVIL_NAME, "10.0.0.5"), HERE)
    assert one.name == "]0;owned [2Jevil gnp"


@pytest.mark.parametrize(
    ("text_", "shown"),
    [
        ("Garden", "Garden"),
        ("a\nb\tc", "a b c"),
        ("x" * 63, "x" * 39 + "…"),
        ("\x00\u200b", "(no name)"),
        ("Café ☕", "Café ☕"),
    ],
)
def test_a_strangers_text_becomes_one_short_line(text_: str, shown: str) -> None:
    assert readable(text_) == shown


def test_a_name_that_cannot_be_asked_for_spoils_no_question(answers: Answers) -> None:
    broken = response(ID, pointer("x" * 60)).replace(b"x" * 60, b"\xff" * 60)
    answers.receive(broken, HERE)
    dots = response(ID, pointer("a-b")).replace(b"a-b", b"..b")
    answers.receive(dots, HERE)
    assert questions(answers) == {(PLAIN_TYPE, 12), (SECURE_TYPE, 12)}


@given(st.binary(max_size=600), st.integers(0, 400))
def test_no_datagram_does_any_harm(junk: bytes, cut: int) -> None:
    answers = Answers(ID)
    honest = server(ID, "Garden", "10.0.0.5")
    for datagram in (junk, honest[:cut] + junk, honest[:12] + junk):
        for one in answers.receive(datagram, HERE, LAN):
            assert str(one).isprintable()
            assert 1 <= one.endpoint.port <= 65_535
    answers.question()
