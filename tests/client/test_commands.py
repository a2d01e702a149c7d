"""What a person can type."""

from pathlib import Path

import pytest

from ircwire import Message
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.actions import Action, Help, Join, Leave, Part, Rename, Say, Send, UsageError
from trialogue_client.core.commands.arguments import Command, TypedIn
from trialogue_client.core.commands.help import GROUPS, about, overview
from trialogue_client.core.commands.interpret import interpret, perform
from trialogue_client.core.commands.table import TABLE, find
from trialogue_client.core.events import Kind
from trialogue_client.core.state import Identity


def place(target: str = "#lobby") -> TypedIn:
    return TypedIn(target, "bob", lambda name: name.startswith("#"))


def send(*words: str) -> Send:
    return Send(Message(words[0], list(words[1:])))


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("hello", Say("#lobby", "hello")),
        ("  two  spaces ", Say("#lobby", "  two  spaces ")),
        ("//etc", Say("#lobby", "/etc")),
        ("/join #den", Join("#den")),
        ("/join den sesame", Join("#den", "sesame")),
        ("/part", Part("#lobby")),
        ("/part #den", Part("#den")),
        ("/part see you", Part("#lobby", "see you")),
        ("/msg carol are  you there?", Say("carol", "are  you there?")),
        ("/me waves", Say("#lobby", "waves", Kind.ACTION)),
        ("/notice carol hi", Say("carol", "hi", Kind.NOTICE)),
        ("/nick robert", Rename("robert")),
        ("/topic", send("TOPIC", "#lobby")),
        ("/topic Tea and cake", send("TOPIC", "#lobby", "Tea and cake")),
        ("/topic #den", send("TOPIC", "#den")),
        ("/topic #den Tea", send("TOPIC", "#den", "Tea")),
        ("/names", send("NAMES", "#lobby")),
        ("/who", send("WHO", "#lobby")),
        ("/who bob*", send("WHO", "bob*")),
        ("/whois carol", send("WHOIS", "carol")),
        ("/away", send("AWAY")),
        ("/away gone fishing", send("AWAY", "gone fishing")),
        ("/invite carol", send("INVITE", "carol", "#lobby")),
        ("/invite carol #den", send("INVITE", "carol", "#den")),
        ("/kick carol", send("KICK", "#lobby", "carol")),
        ("/kick #den carol too loud", send("KICK", "#den", "carol", "too loud")),
        ("/mode", send("MODE", "#lobby")),
        ("/mode +o carol", send("MODE", "#lobby", "+o", "carol")),
        ("/mode #den -i", send("MODE", "#den", "-i")),
        ("/mode bob +i", send("MODE", "bob", "+i")),
        ("/list", send("LIST")),
        ("/raw PRIVMSG #den :x y", send("PRIVMSG", "#den", "x y")),
        ("/QUIT bye all", Leave("bye all")),
        ("/wh", None),
        ("/whoi carol", send("WHOIS", "carol")),
    ],
)
def test_a_line_asks_for_one_thing(line: str, action: Action | None) -> None:
    if action is None:
        with pytest.raises(UsageError):
            interpret(line, place())
    else:
        assert interpret(line, place()) == [action]


def test_an_empty_line_asks_for_nothing() -> None:
    assert interpret("  ", place()) == []


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("/kick", "/kick [#room] nick [reason]"),
        ("/msg carol", "/msg nick text"),
        ("/jion #den", "Did you mean /join?"),
        ("/frobnicate", "/help"),
        ("/raw", "/raw line"),
        ("/raw :", "cannot be sent"),
    ],
)
def test_a_mistake_is_explained(line: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        interpret(line, place())
    assert hint in str(error.value)


@pytest.mark.parametrize("line", ["hello", "/me waves", "/topic x", "/part", "/mode", "/who", "/names"])
def test_outside_of_all_rooms_one_is_told_how_to_enter(line: str) -> None:
    with pytest.raises(UsageError, match="You are not in a room"):
        interpret(line, place(""))


@pytest.mark.parametrize("command", TABLE, ids=lambda command: command.name)
def test_each_command_is_documented_and_its_example_works(command: Command) -> None:
    assert find(command.name) is command
    assert command.help[0].isupper()
    assert not command.help.endswith(".")
    assert [command.name in names for names in GROUPS.values()].count(True) == 1
    assert any(f"/{command.name}" in line.split() for line in overview())
    assert about(command.name)[0] == command.usage
    if command.example:
        assert command.example in about(command.name)[-1]
        assert interpret(command.example, place())


def test_help_is_asked_for_by_a_word_or_for_all() -> None:
    assert interpret("/help", place()) == [Help()]
    assert interpret("/help forgotten password", place()) == [Help("forgotten password")]


def test_the_help_of_line_mode_is_short_and_a_word_finds_what_has_to_do_with_it() -> None:
    assert len(overview()) < 12
    assert max(map(len, overview())) <= 110
    assert about("/kick")[0] == "/kick [#room] nick [reason]"
    passwords = [line.split()[0] for line in about("password")]
    assert passwords == ["/register", "/login", "/forget"]
    assert [line.split()[0] for line in about("account code")] == ["/verify"]
    assert about("nothing at all") == (
        "There is no command nothing at all, and none has to do with it. Type /help for all of them.",
    )


def test_a_command_while_disconnected_is_refused_and_a_room_is_remembered() -> None:
    chat = Chat(Identity("bob"))
    with pytest.raises(UsageError, match="not connected"):
        perform(send("TOPIC", "#lobby"), chat)
    perform(Join("#den"), chat)
    perform(Rename("robert"), chat)
    assert list(chat.autojoin) == ["#lobby", "#den"]
    assert chat.nick == "robert"


def test_the_documentation_lists_the_same_commands() -> None:
    text = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
    shown = [row.split("`")[1] for row in text.splitlines() if row.startswith("| `/")]
    assert shown == [command.usage for command in TABLE]


def test_several_rooms_are_joined_with_commas_between() -> None:
    """ "JOIN #foo,#bar fubar,foobar"  https://modern.ircdocs.horse/#join-message"""
    assert interpret("/join #den,attic,#cellar sesame,,key", place()) == [
        Join("#den", "sesame"), Join("#attic"), Join("#cellar", "key"),
    ]  # fmt: skip


# Who is blocked


def greeted(*tokens: str) -> Chat:
    chat = Chat(Identity("bob"))
    chat.connected()
    lines = [":s CAP * LS :", ":s 001 bob :Welcome", f":s 005 bob {' '.join(tokens)} :are supported"]
    chat.receive("".join(f"{line}\r\n" for line in lines).encode())
    chat.data_to_send()
    return chat


def asked(chat: Chat, line: str, target: str = "#lobby") -> str:
    for action in interpret(line, place(target)):
        perform(action, chat)
    return chat.data_to_send().decode()


@pytest.mark.parametrize(
    ("line", "target", "sent"),
    [
        ("/block carol", "#lobby", "SILENCE +carol\r\n"),
        ("/block", "carol", "SILENCE +carol\r\n"),
        ("/block *!*@192.0.2.7", "#lobby", "SILENCE +*!*@192.0.2.7\r\n"),
        ("/unblock carol", "#lobby", "SILENCE -carol\r\n"),
        ("/unblock", "carol", "SILENCE -carol\r\n"),
        ("/blocked", "#lobby", "SILENCE\r\n"),
    ],
)
def test_the_server_is_asked_to_block(line: str, target: str, sent: str) -> None:
    """ "The SILENCE parameter indicates the maximum number of entries a client can have in their silence list."

    https://modern.ircdocs.horse/#silence-parameter
    """
    assert asked(greeted("SILENCE=15"), line, target) == sent


@pytest.mark.parametrize("tokens", [(), ("SILENCE",)])
@pytest.mark.parametrize("line", ["/block carol", "/unblock carol", "/blocked"])
def test_a_server_without_a_list_is_asked_nothing(tokens: tuple[str, ...], line: str) -> None:
    """ "If the value is not specified, the server does not support the SILENCE command." """
    with pytest.raises(UsageError, match="keeps no block list; /mute"):
        asked(greeted(*tokens), line)


@pytest.mark.parametrize("line", ["/block", "/unblock", "/block #lobby"])
def test_a_room_is_not_blocked(line: str) -> None:
    with pytest.raises(UsageError, match="Say whom"):
        interpret(line, place())


def test_blocking_needs_a_connection() -> None:
    with pytest.raises(UsageError, match="not connected"):
        perform(interpret("/block carol", place())[0], Chat(Identity("bob")))


@pytest.mark.parametrize(
    ("account", "line", "sent"),
    [
        ("bob", "/awayall gone fishing", "PRIVMSG NickServ :AWAY gone fishing\r\n"),
        ("bob", "/awayall", "PRIVMSG NickServ AWAY\r\n"),
        ("", "/awayall gone fishing", "AWAY :gone fishing\r\n"),
        ("", "/awayall", "AWAY\r\n"),
    ],
)
def test_away_on_all_devices(account: str, line: str, sent: str) -> None:
    """Without an account there is only this one."""
    chat = greeted()
    if account:
        chat.receive(f":s 900 bob bob!b@h {account} :You are now logged in\r\n".encode())
        chat.data_to_send()
    assert asked(chat, line) == sent
