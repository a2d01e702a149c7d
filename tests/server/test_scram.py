"""SCRAM and SASLprep: the vectors of the RFCs, and another implementation (scramp) on the other side."""

from base64 import b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scramp import ScramClient, ScramException
from scramp.utils import saslprep as saslprep_of_scramp

from trialogue_server.session.saslprep import saslprep
from trialogue_server.session.scram import HASHES, Keys, ScramError, ScramServer, derive

SALT, ROUNDS = b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096
SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
SERVER_FIRST = f"r=rOprNGfwEbeRWgbNEkqO{SERVER_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
FINAL = f"c=biws,r=rOprNGfwEbeRWgbNEkqO{SERVER_NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def find(name: str) -> Keys:
    assert name == "user"
    return derive("SCRAM-SHA-256", "pencil", SALT, ROUNDS)


def test_the_example_of_the_rfc() -> None:
    """ "This is a simple example of a SCRAM-SHA-256 authentication exchange … The username 'user' and password
    'pencil' are being used."  https://www.rfc-editor.org/rfc/rfc7677#section-3
    """
    server = ScramServer("SCRAM-SHA-256", SERVER_NONCE)
    assert server.first(FIRST, find) == SERVER_FIRST
    assert server.final(FINAL) == SERVER_FINAL


@pytest.mark.parametrize(
    "final",
    [
        FINAL.replace("p=dH", "p=eH"),
        FINAL.replace("c=biws", "c=eSws"),
        FINAL.replace("c=biws", "c=?"),
        FINAL.replace("k0,p", "k1,p"),
        FINAL.replace("r=rO", "r=xO"),
        FINAL.partition(",p=")[0],
        FINAL + ",x=y",
        FINAL[:-4],
        FINAL.replace(",p=", ",x=y,p="),
        "",
    ],
)
def test_a_proof_that_is_none(final: str) -> None:
    server = ScramServer("SCRAM-SHA-256", SERVER_NONCE)
    server.first(FIRST, find)
    with pytest.raises(ScramError):
        server.final(final)


@pytest.mark.parametrize(
    "first",
    [
        "",
        "user",
        "p=tls-unique,,n=user,r=abc",
        "x,,n=user,r=abc",
        "n,,m=must,n=user,r=abc",
        "n,,n=,r=abc",
        "n,,n=user,r=",
        "n,,r=abc,n=user",
        "n,a=other,n=user,r=abc",
        "n,,n=us=er,r=abc",
        "n,,n=user=2,r=abc",
        "n,,n=user,r=a\x00c",
    ],
)
def test_a_first_word_that_makes_no_sense(first: str) -> None:
    """ "If the client's "m" attribute is present … the server MUST cause authentication failure"

    https://www.rfc-editor.org/rfc/rfc5802#section-5.1
    """
    with pytest.raises(ScramError):
        ScramServer("SCRAM-SHA-256", SERVER_NONCE).first(first, find)


@pytest.mark.parametrize(
    "first", [FIRST, FIRST.replace("n,,", "y,,"), FIRST.replace("n,,", "n,a=user,"), FIRST + ",x=y"]
)
def test_a_first_word_that_is_allowed(first: str) -> None:
    assert ScramServer("SCRAM-SHA-256", SERVER_NONCE).first(first, find) == SERVER_FIRST


def test_names_may_have_commas() -> None:
    """ "The characters ',' or '=' in usernames are sent as '=2C' and '=3D' respectively."

    https://www.rfc-editor.org/rfc/rfc5802#section-5.1
    """
    asked: list[str] = []

    def note(name: str) -> Keys:
        asked.append(name)
        return find("user")

    ScramServer("SCRAM-SHA-256", SERVER_NONCE).first("n,,n=a=2Cb=3Dc=3D2C,r=abc", note)
    assert asked == ["a,b=c=2C"]


def usable(password: str) -> bool:
    try:
        return bool(saslprep_of_scramp(password))
    except ScramException:
        return False


@given(st.text(min_size=1, max_size=20).filter(usable), st.sampled_from(list(HASHES)))
@settings(max_examples=20, deadline=None)
def test_another_implementation_gets_in_with_any_password(password: str, mechanism: str) -> None:
    keys = derive(mechanism, password, SALT, ROUNDS)
    client, server = ScramClient([mechanism], "alice", password), ScramServer(mechanism, SERVER_NONCE)
    client.set_server_first(server.first(client.get_client_first(), lambda _: keys))
    client.set_server_final(server.final(client.get_client_final()))


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("\u0627\u0628", "\u0627\u0628"),
        ("", ""),
    ],
)
def test_what_looks_the_same_is_the_same(text: str, prepared: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc4013#section-3"""
    assert saslprep(text) == prepared


@pytest.mark.parametrize("text", ["\u0007", "\u0627\u0031", "\u0627a\u0628", "a\u0627", "\u0221", "\ue000", "\ud800"])
def test_what_may_not_be_there(text: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc4013#section-3"""
    with pytest.raises(ValueError, match=r"."):
        saslprep(text)


@given(st.text(max_size=20))
def test_both_implementations_agree(text: str) -> None:
    try:
        theirs = saslprep_of_scramp(text)
    except ScramException:
        with pytest.raises(ValueError, match=r"."):
            saslprep(text)
    else:
        assert saslprep(text) == theirs
