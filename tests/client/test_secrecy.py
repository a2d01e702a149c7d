"""What is secret does not go in clear over an unencrypted connection to another machine, unless somebody says so."""

from pathlib import Path

import pytest
import trio
import trio.testing

from ircwire import Message
from trialogue_client.address import Endpoint
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import AskSecret, LogIn, Register, Say, Send, UsageError
from trialogue_client.core.commands.arguments import TypedIn
from trialogue_client.core.commands.interpret import check, interpret, perform
from trialogue_client.core.connection import DialError
from trialogue_client.core.secrecy import ExposedError, is_secret
from trialogue_client.core.state import Identity
from trialogue_client.net.reconnect import ConnectionPlan, PersistentConnection
from trialogue_client.net.sts import Policies

CAPS = "batch draft/account-registration labeled-response"
HERE = Endpoint("chat.example.org", 6667)


def feed(chat: Chat, *lines: str) -> list[ev.Event]:
    return chat.receive("".join(f"{line}\r\n" for line in lines).encode())


def sent(chat: Chat) -> list[str]:
    return chat.data_to_send().decode().split("\r\n")[:-1]


def online(*, private: bool, caps: str = CAPS) -> Chat:
    chat = Chat(Identity("bob"))
    chat.connected(private=private)
    feed(chat, f":s CAP * LS :{caps}", f":s CAP * ACK :{caps}", ":s 001 bob :Welcome")
    chat.data_to_send()
    return chat


SECRET = [
    Register("", "secret"),
    Send(Message("OPER", ["boss", "secret"])),
    Send(Message("PRIVMSG", ["NickServ", "identify secret"])),
    Send(Message("NS", ["IDENTIFY", "secret"])),
    Send(Message("PASS", ["secret"])),
    Say("NickServ", "IDENTIFY secret"),
    Say("nickserv@services.example", "id bob secret"),
    Say("NickServ", "SET PASSWORD secret"),
    Say("NickServ", "GHOST bob secret"),
    Say("Q", "AUTH bob secret"),
]
OPEN = [
    Say("alice", "register here"),
    Say("NickServ", "HELP"),
    Say("NickServ", "INFO bob"),
    Say("NickServ", "SET KEEP 30"),
    Send(Message("WHOIS", ["bob"])),
]


@pytest.mark.parametrize("action", SECRET, ids=str)
def test_a_secret_waits_for_consent_and_then_goes(action: Register | Send | Say) -> None:
    chat = online(private=False)
    assert is_secret(action)
    with pytest.raises(ExposedError, match="not encrypted"):
        perform(action, chat)
    assert sent(chat) == []
    chat.expose()
    perform(action, chat)
    assert "secret" in sent(chat)[0]


@pytest.mark.parametrize("action", SECRET, ids=str)
def test_on_this_machine_and_by_tls_nothing_is_asked(action: Register | Send | Say) -> None:
    chat = online(private=True)
    perform(action, chat)
    assert "secret" in sent(chat)[0]


@pytest.mark.parametrize("action", OPEN, ids=str)
def test_what_is_no_secret_goes_at_once(action: Send | Say) -> None:
    chat = online(private=False)
    perform(action, chat)
    assert sent(chat) != []


def test_it_is_asked_before_the_password_is_typed_and_not_where_there_are_no_accounts() -> None:
    [action] = interpret("/register", TypedIn("#lobby", "bob", lambda _: True))
    assert isinstance(action, AskSecret)
    assert action.first is not None
    with pytest.raises(ExposedError):
        check(action.first, online(private=False))
    with pytest.raises(UsageError, match="makes no accounts"):
        check(action.first, online(private=False, caps="batch"))
    check(action.first, online(private=True))
    check(LogIn("bob", ""), online(private=False))


def test_the_servers_password_is_only_said_when_it_is_clear_that_there_is_no_policy() -> None:
    """ "clients MUST NOT send … until … the policy" is known: nothing but CAP LS comes before it."""
    chat = Chat(Identity("bob", "secret"))
    chat.plain_secrets = True
    chat.connected(private=False)
    assert sent(chat) == ["CAP LS 302"]
    feed(chat, ":s CAP * LS :batch")
    assert [line.split()[0] for line in sent(chat)] == ["PASS", "NICK", "USER", "CAP"]
    chat.connected(private=False)
    sent(chat)
    feed(chat, ":s 421 * CAP :Unknown command")
    assert [line.split()[0] for line in sent(chat)] == ["PASS", "NICK", "USER"]


@pytest.mark.parametrize("value", ["port=6697", "duration=60,port=6697", "port=6697,duration=60,preload"])
def test_a_policy_sends_us_to_the_tls_port_and_nothing_more_is_said(value: str) -> None:
    """ "the client MUST close the insecure connection and reconnect securely"  https://ircv3.net/specs/extensions/sts"""
    chat = Chat(Identity("bob", "secret"))
    chat.plain_secrets = True
    chat.connected(private=False)
    sent(chat)
    events = feed(chat, ":s CAP * LS * :batch", f":s CAP * LS :sasl sts={value}")
    assert events == [ev.MustEncrypt(6697)]
    assert sent(chat) == []


@pytest.mark.parametrize("value", ["", "duration=60", "port=", "port=x", "port=0", "port=65536", "port=-1"])
def test_a_policy_without_a_port_is_none_on_an_unencrypted_connection(value: str) -> None:
    chat = Chat(Identity("bob"))
    chat.connected(private=False)
    assert feed(chat, f":s CAP * LS :sts={value}") == []
    assert "CAP REQ" not in " ".join(sent(chat)), "it is never asked for"


def test_by_tls_only_the_duration_counts() -> None:
    """ "the `port` key MUST be ignored" on a secure connection."""
    chat = Chat(Identity("bob"))
    chat.connected(private=True, encrypted=True)
    assert feed(chat, ":s CAP * LS :sts=port=1,duration=2592000") == [ev.MayTrustTransport(2_592_000)]


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_policy_is_kept_for_its_duration_and_never_downgraded(tmp_path: Path) -> None:
    clock = Clock()
    policies = Policies(tmp_path / "sts", clock)
    assert policies.apply(HERE) == HERE
    policies.require(HERE, 6697)
    there = Endpoint("chat.example.org", 6697, tls=True)
    assert policies.apply(HERE) == there
    policies.trust(there, 100)
    assert Policies(tmp_path / "sts", clock).apply(Endpoint("Chat.Example.ORG", 6667)).port == 6697
    clock.now += 101
    assert Policies(tmp_path / "sts", clock).apply(HERE) == HERE
    policies.trust(there, 0)
    assert policies.apply(HERE) == HERE


def test_where_the_policies_cannot_be_read_nobody_goes_on_without_them(tmp_path: Path) -> None:
    (tmp_path / "sts").write_text("chat.example.org 6697\n")
    with pytest.raises(DialError, match="is not understood: mend or remove it"):
        Policies(tmp_path / "sts", Clock()).apply(HERE)


async def test_the_connection_comes_again_at_once_by_tls(tmp_path: Path) -> None:
    """What the server says of itself in plain text is heard once, and from then on only TLS is dialled."""
    policies, dialled = Policies(tmp_path / "sts", Clock()), list[Endpoint]()

    async def dial() -> trio.abc.Stream:
        dialled.append(policies.apply(HERE))
        if len(dialled) > 1:
            raise DialError("no TLS there")
        ours, theirs = trio.testing.memory_stream_pair()
        await theirs.send_all(b":s CAP * LS :batch sts=port=6697,duration=60\r\n")
        return ours

    connection = PersistentConnection(
        Chat(Identity("bob")), ConnectionPlan(HERE, dial, lambda: iter([1.0]), policies=policies), lambda _: None
    )
    with pytest.raises(DialError, match="no TLS there"):
        await connection.run()
    assert dialled == [HERE, Endpoint("chat.example.org", 6697, tls=True)]


async def test_the_servers_password_is_not_sent_in_clear_unless_somebody_says_so() -> None:
    async def dial() -> trio.abc.Stream:
        ours, _ = trio.testing.memory_stream_pair()
        return ours

    connection = PersistentConnection(
        Chat(Identity("bob", "secret")), ConnectionPlan(HERE, dial, lambda: iter([1.0])), lambda _: None
    )
    with pytest.raises(DialError, match="not encrypted"):
        await connection.run()
