"""Logging in: what is said in which order, and what is never said.

https://ircv3.net/specs/extensions/sasl-3.1 and https://ircv3.net/specs/extensions/sasl-3.2
"""

from base64 import b64decode, b64encode

import pytest

from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.sasl import Credentials, SaslError, Scram, prepare
from trialogue_client.core.state import Identity

ME = Credentials("user", "pencil")
NONCE = "rOprNGfwEbeRWgbNEkqO"
FIRST = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
PROOF = "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def feed(chat: Chat, *lines: str) -> list[ev.Event]:
    return chat.receive("".join(f"{line}\r\n" for line in lines).encode())


def sent(chat: Chat) -> list[str]:
    return chat.data_to_send().decode().split("\r\n")[:-1]


def begun(mechanisms: str, credentials: Credentials = ME, *, private: bool = True) -> tuple[Chat, list[ev.Event]]:
    """Return a chat that was offered these mechanisms, and what that led to."""
    chat = Chat(Identity("user", credentials=credentials))
    chat.connected(NONCE, private=private)
    offer = f"sasl={mechanisms}" if mechanisms else "sasl"
    return chat, feed(chat, f":s CAP * LS :{offer}", ":s CAP * ACK sasl")


def said(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_scram_as_in_the_example_of_its_rfc() -> None:
    """https://www.rfc-editor.org/rfc/rfc7677#section-3"""
    scram = Scram(ME, "sha256", NONCE)
    assert scram.answer(b"") == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    assert scram.answer(FIRST.encode()).decode().endswith(PROOF)
    assert scram.answer(FINAL.encode()) == b""
    scram.must_be_done()


@pytest.mark.parametrize(
    ("first", "problem"),
    [
        (FIRST.replace("rOprN", "rOprM"), "does not belong to our question"),
        (f"r={NONCE},s=QSXCR+Q6sek8bf92,i=4096", "does not belong to our question"),
        (FIRST.replace("4096", "1"), "1 rounds of hashing"),
        (FIRST.replace("4096", "999999999"), "no safe number"),
        ("m=what,is=this", "makes no sense"),
    ],
)
def test_scram_is_wary_of_the_server(first: str, problem: str) -> None:
    """ "The client MUST verify that the initial part of the nonce used in subsequent messages is the same as the nonce
    it initially specified."  https://www.rfc-editor.org/rfc/rfc5802#section-5.1
    """
    scram = Scram(ME, "sha256", NONCE)
    scram.answer(b"")
    with pytest.raises(SaslError, match=problem):
        scram.answer(first.encode())


def test_a_server_that_does_not_know_the_password_is_not_believed() -> None:
    """ "If the two are different, the client MUST consider the authentication exchange to be unsuccessful"
    https://www.rfc-editor.org/rfc/rfc5802#section-5
    """
    scram = Scram(ME, "sha256", NONCE)
    scram.answer(b"")
    scram.answer(FIRST.encode())
    with pytest.raises(SaslError, match="could not prove"):
        scram.answer(FINAL.replace("6rri", "7rri").encode())
    with pytest.raises(SaslError, match="has not proved"):
        scram.must_be_done()


def test_names_and_passwords_are_prepared() -> None:
    """ "The characters ',' or '=' in usernames are sent as '=2C' and '=3D' respectively."
    https://www.rfc-editor.org/rfc/rfc5802#section-5.1 and https://www.rfc-editor.org/rfc/rfc4013
    """
    assert Scram(Credentials("a=b,c", "x"), "sha256", "n").answer(b"") == b"n,,n=a=3Db=2Cc,r=n"
    assert prepare("I\u00adX\u00a0\u2168") == "IX IX"
    with pytest.raises(SaslError, match="may not be used"):
        prepare("\u0007é")


def test_scram_comes_before_the_password_itself() -> None:
    chat, _ = begun("PLAIN,EXTERNAL,SCRAM-SHA-512,SCRAM-SHA-256")
    assert sent(chat)[-2:] == ["CAP REQ sasl", "AUTHENTICATE SCRAM-SHA-256"]
    feed(chat, "AUTHENTICATE +")
    assert b64decode(sent(chat)[0].split()[1]).startswith(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO")


def test_the_negotiation_ends_when_we_are_logged_in() -> None:
    """ "…the client MUST NOT send CAP END until authentication has finished" in the words of sasl-3.1: "Clients SHOULD
    … complete the SASL authentication before ending capability negotiation".
    """
    chat, _ = begun("PLAIN")
    assert sent(chat)[-1] == "AUTHENTICATE PLAIN"
    feed(chat, "AUTHENTICATE +")
    assert sent(chat) == [f"AUTHENTICATE {said(chr(0) + 'user' + chr(0) + 'pencil')}"]
    events = feed(chat, ":s 900 user user!u@h user :You are now logged in", ":s 903 user :SASL successful")
    assert events == [ev.LoggedIn("user")]
    assert sent(chat) == ["CAP END"]
    assert chat.account == "user"


def test_long_answers_go_in_pieces() -> None:
    """ "…split into 400-byte chunks … If the last chunk is exactly 400 bytes …, AUTHENTICATE +" follows."""
    secret = "x" * (300 - 2 - len("user"))
    chat, _ = begun("PLAIN", Credentials("user", secret))
    sent(chat)
    feed(chat, "AUTHENTICATE +")
    [first, last] = sent(chat)
    assert len(first.split()[1]) == 400
    assert last == "AUTHENTICATE +"


def test_the_password_itself_goes_only_where_nobody_listens() -> None:
    chat, events = begun("PLAIN", private=False)
    assert events == [
        ev.LoginFailed(
            "This server wants the password itself, and this connection is not encrypted: connect with --tls"
        )
    ]
    assert sent(chat)[-1] == "QUIT"
    chat, _ = begun("PLAIN,SCRAM-SHA-256", private=False)
    assert sent(chat)[-1] == "AUTHENTICATE SCRAM-SHA-256"


def test_another_mechanism_is_tried_where_the_server_does_not_say_which_it_knows() -> None:
    """ "…the server sends 908 RPL_SASLMECHS" with those that it knows, and 904.  sasl-3.1"""
    chat, _ = begun("")
    sent(chat)
    assert feed(chat, ":s 908 user PLAIN,EXTERNAL :are available", ":s 904 user :failed") == []
    assert sent(chat) == ["AUTHENTICATE PLAIN"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            [":s 904 user :SASL authentication failed: wrong account name or password"],
            "The login failed: wrong account",
        ),
        ([":s 904 user :SASL authentication failed"], "The login failed: wrong account name or password"),
        ([":s 902 user :You are banned"], "The login failed: You are banned"),
        (["AUTHENTICATE +", "AUTHENTICATE !!!"], "makes no sense"),
        ([":s 903 user :Just come in"], "has not proved"),
    ],
)
def test_whoever_cannot_log_in_does_not_come_in_as_somebody_else(lines: list[str], reason: str) -> None:
    chat, _ = begun("SCRAM-SHA-256")
    [failed] = feed(chat, *lines)
    assert isinstance(failed, ev.LoginFailed)
    assert reason in failed.reason
    assert sent(chat)[-1] == "QUIT"


@pytest.mark.parametrize(
    "lines", [[":s CAP * LS :echo-message", ":s CAP * ACK echo-message"], [":s CAP * LS :"], [":s 001 user :Welcome"]]
)
def test_a_server_without_accounts_is_told_from_a_wrong_password(lines: list[str]) -> None:
    chat = Chat(Identity("user", credentials=ME))
    chat.connected(NONCE, private=True)
    [failed] = [event for event in feed(chat, *lines) if isinstance(event, ev.LoginFailed)]
    assert "has no accounts" in failed.reason


def test_a_certificate_is_enough() -> None:
    chat, _ = begun("PLAIN,EXTERNAL", Credentials("user", certificate=True))
    assert sent(chat)[-1] == "AUTHENTICATE EXTERNAL"
    feed(chat, "AUTHENTICATE +")
    assert sent(chat) == ["AUTHENTICATE +"]
    _, events = begun("PLAIN", Credentials("user", certificate=True))
    assert "does not take certificates" in str(events)


def online(chat: Chat, *caps: str) -> Chat:
    chat.connected(NONCE, private=True)
    feed(chat, f":s CAP * LS :{' '.join(caps)}", f":s CAP * ACK :{' '.join(caps)}", ":s 001 bob :Welcome bob!b@h")
    sent(chat)
    return chat


def test_who_logs_in_later_logs_in_again_after_a_reconnection_and_who_logs_out_does_not() -> None:
    chat = online(Chat(Identity("bob"), ()), "sasl")
    assert chat.log_in("bob", "pencil") == []
    feed(chat, "AUTHENTICATE +")
    assert feed(chat, ":s 900 bob bob!b@h bob :You are now logged in") == [ev.LoggedIn("bob")]
    assert chat.identity.credentials == Credentials("bob", "pencil")
    feed(chat, ":s 904 bob :x")
    assert not any("QUIT" in line for line in sent(chat)), "a failure while we are online ends nothing"
    chat.log_out()
    assert chat.identity.credentials is None
    assert sent(chat) == ["PRIVMSG NickServ LOGOUT"]


def test_an_account_is_made_verified_and_used() -> None:
    """ "REGISTER VERIFICATION_REQUIRED <account> <message>": then VERIFY with the code, which answers "VERIFY SUCCESS".
    https://ircv3.net/specs/extensions/account-registration
    """
    chat = online(Chat(Identity("bob"), ()), "sasl", "draft/account-registration")
    chat.register("bob@example.org", "pencil")
    assert sent(chat) == ["REGISTER * bob@example.org pencil"]
    [made] = feed(chat, ":s REGISTER VERIFICATION_REQUIRED bob :A code was sent")
    assert made == ev.AccountMade("bob", False, "A code was sent")
    chat.verify("123")
    assert sent(chat) == ["VERIFY bob 123"]
    feed(chat, ":s VERIFY SUCCESS bob :Your account is ready")
    assert sent(chat) == ["AUTHENTICATE SCRAM-SHA-256"]


def test_the_nick_is_taken_back_when_the_connection_before_is_gone() -> None:
    """ "731 … the target … is offline"  https://ircv3.net/specs/extensions/monitor"""
    chat = Chat(Identity("bob"), ())
    chat.connected()
    feed(chat, ":s 433 * bob :in use")
    chat.rename("bob2", meanwhile=True)
    sent(chat)
    feed(chat, ":s 001 bob2 :Welcome bob2!b@h", ":s 005 bob2 MONITOR=100 :are supported")
    assert sent(chat) == ["MONITOR + bob"]
    assert feed(chat, ":s 730 bob2 :bob!b@h") == []
    assert feed(chat, ":s 731 bob2 :bob") == []
    assert sent(chat) == ["NICK bob"]
    assert feed(chat, ":bob2!b@h NICK bob") == [ev.Renamed("bob2", "bob", (), me=True)]
    assert sent(chat) == ["MONITOR - bob"]
    assert feed(chat, ":s 731 bob :carol") == [ev.ServerReply("731", ("carol",))]


def test_the_nick_is_tried_again_at_each_reconnection() -> None:
    chat = Chat(Identity("bob"), ())
    chat.connected()
    chat.rename("bob2", meanwhile=True)
    feed(chat, ":s 001 bob2 :Welcome bob2!b@h")
    chat.disconnected()
    chat.connected()
    assert "NICK bob" in sent(chat)
