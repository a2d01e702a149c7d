"""Services: how they are reached and answer, whatever they are asked."""

import pytest

from tests.support.irc import Irc, commands, params
from tests.support.services import PASSWORD, member, nickserv, notices
from trialogue_server.commands.services.table import SERVICES
from trialogue_server.commands.table import COMMANDS
from trialogue_server.world.events import MessagePosted, Posted

ALIASES = {"NICKSERV": "NickServ", "NS": "NickServ", "CHANSERV": "ChanServ", "CS": "ChanServ"}


def test_no_answer_is_cut(irc: Irc) -> None:
    """ "messages … MUST NOT exceed 512 bytes": what is longer takes several.

    https://modern.ircdocs.horse/#message-format
    """
    alice = member(irc, "alice")
    names = [f"#{number:02}{'x' * 50}" for number in range(20)]
    for name in names:
        alice.send(f"JOIN {name}", f"CS REGISTER {name}")
    said = nickserv(alice, "INFO")
    told = " ".join(said[next(place for place, text in enumerate(said) if text.startswith("Channels: ")) :])
    assert told == f"Channels: {', '.join(names)}"


def test_a_message_is_answered_by_notices_of_the_service(irc: Irc) -> None:
    """ "NOTICE … automatic replies must never be sent in response to a NOTICE message", so services answer by it.
    https://modern.ircdocs.horse/#notice-message
    """
    alice = irc.connect("alice")
    answers = alice.ask("PRIVMSG nickserv :help")
    assert {message.command for message in answers} == {"NOTICE"}
    assert {str(message.source) for message in answers} == {"NickServ!NickServ@trialogue.local"}
    assert {message.params[0] for message in answers} == {"alice"}
    assert alice.ask("PRIVMSG NickServ@trialogue.local :help") == answers
    assert commands(alice.ask("PRIVMSG NickServ@elsewhere.example :help")) == ["401"]


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_commands_do_the_same_as_messages(irc: Irc, alias: str, name: str) -> None:
    alice = irc.connect("alice")
    assert alice.ask(f"{alias} help") == alice.ask(f"PRIVMSG {name} :help") != []
    assert alice.ask(f"{alias} :help register") == alice.ask(f"{alias} help register") != []
    assert commands(irc.open().ask(f"{alias} help")) == ["451"]


@pytest.mark.parametrize("name", SERVICES)
def test_help_lists_every_subcommand_and_explains_each(irc: Irc, name: str) -> None:
    alice = irc.connect("alice")
    listed = notices(alice.ask(f"PRIVMSG {name} :HELP"))[1:]
    rows = SERVICES[name].rows.values()
    assert [line.split(":")[0].strip() for line in listed] == [row.name for row in rows]
    for row in rows:
        assert row.summary.endswith("."), row.name
        assert notices(alice.ask(f"PRIVMSG {name} :HELP {row.name}"))[0] == row.usage


def test_unknown_subcommands_are_answered_with_what_may_have_been_meant(irc: Irc) -> None:
    alice = irc.connect("alice")
    assert notices(alice.ask("NS REGISTRE x")) == [
        "NickServ knows no such command. Did you mean REGISTER? HELP lists all."
    ]
    assert notices(alice.ask("NS HELP frobnicate")) == ["NickServ knows no such command. HELP lists all."]
    assert notices(alice.ask("NS SET colour blue")) == [
        "SET takes one of these: PASSWORD, EMAIL, ENFORCE, ALWAYS-ON, KEEP"
    ]


def test_too_few_or_too_many_words_show_the_usage(irc: Irc) -> None:
    alice = irc.connect("alice")
    assert notices(alice.ask("NS REGISTER")) == ["Usage: REGISTER <password> [<email>]"]
    assert notices(alice.ask("NS REGISTER a b c")) == ["Usage: REGISTER <password> [<email>]"]


def test_every_subcommand_answers_a_stranger_with_one_sentence_and_changes_nothing(irc: Irc) -> None:
    alice = irc.connect("alice")
    for service in SERVICES.values():
        for row in service.rows.values():
            if row.name in ("REGISTER", "SESSIONS"):
                continue
            words = " ".join("nobody" for param in row.params if not param.startswith("["))
            answers = alice.ask(f"PRIVMSG {service.name} :{row.name} {words}")
            assert commands(answers) == ["NOTICE"], row.name
    assert not len(irc.core.world.accounts)
    assert not irc.core.world.channels


def test_what_is_said_to_a_service_is_in_no_journal_and_reaches_nobody_else(irc: Irc) -> None:
    alice, bob = irc.connect("alice", "echo-message"), irc.connect("bob")
    alice.send("PRIVMSG NickServ :REGISTER my-secret-word")
    assert not [event for event in irc.core.tick.journal if isinstance(event, MessagePosted)]
    assert "my-secret-word" not in repr(irc.core.tick.journal)
    alice.read()
    assert bob.read() == []


def test_echo_message_goes_to_the_sender(irc: Irc) -> None:
    """ "servers MUST send PRIVMSG and NOTICE messages back to the client that sent them"
    https://ircv3.net/specs/extensions/echo-message
    """
    alice = irc.connect("alice", "echo-message", "message-tags")
    echo, *answers = alice.ask("PRIVMSG NickServ :INFO")
    assert (str(echo.source), echo.command, echo.params) == ("alice!alice@127.0.0.1", "PRIVMSG", ["NickServ", "INFO"])
    assert all(message.tags["msgid"] for message in (echo, *answers))


def test_labels(irc: Irc) -> None:
    """ "For any message received from a client that includes this tag, the server MUST include the same tag and value
    in any response produced from this message"
    https://ircv3.net/specs/extensions/labeled-response
    """
    alice = irc.connect("alice", "labeled-response", "batch")
    (one,) = alice.ask("@label=a PRIVMSG NickServ :nonsense")
    assert (one.command, one.tags) == ("NOTICE", {"label": "a"})
    first, *inside, last = alice.ask("@label=b NS REGISTER correct-horse")
    assert (first.command, first.params[1], first.tags) == ("BATCH", "labeled-response", {"label": "b"})
    assert commands(inside) == ["NOTICE", "900"]
    assert last.command == "BATCH"
    (ack,) = alice.ask("@label=c PRIVMSG NickServ :\x01VERSION\x01")
    assert (ack.command, ack.tags) == ("ACK", {"label": "c"})


def test_a_service_may_be_one_of_several_targets(irc: Irc) -> None:
    """ "<target> is the nickname of a client or the name of a channel", one of several, or a service.

    https://modern.ircdocs.horse/#privmsg-message
    """
    alice, bob = irc.connect("alice"), irc.connect("bob")
    answers = alice.ask(f"PRIVMSG bob,nickserv,nobody :REGISTER {PASSWORD}")
    assert params(answers, "401") == [["alice", "nobody", "No such nick or channel"]]
    assert notices(answers) == ["Your account alice is ready"]
    assert params(bob.read(), "PRIVMSG") == [["bob", f"REGISTER {PASSWORD}"]]
    assert [len(notices(alice.ask(f"PRIVMSG {name} :INFO nobody"))) for name in ("NickServ,ChanServ", "NickServ")] == [
        2,
        1,
    ]


def test_the_lines_of_a_batch_are_commands_to_a_service_one_after_the_other(irc: Irc) -> None:
    """ "When delivering multiline batches to clients that have not negotiated the multiline capability, servers MUST
    deliver the component messages without using a multiline BATCH": to a service, too, each line is one.

    https://ircv3.net/specs/extensions/multiline#fallback
    """
    alice = irc.connect("alice", "batch", "draft/multiline", "labeled-response", "echo-message")
    words = [f"REGISTER {PASSWORD}", "", "SET ALWAYS-ON on", "LOGOUT", f"IDENTIFY alice {PASSWORD}"]
    lines = [f"@batch=1 PRIVMSG NickServ :{text}" for text in words]
    opening, *inside, closing = alice.ask("@label=a BATCH +1 draft/multiline NickServ", *lines, "BATCH -1")
    assert (opening.command, opening.tags["label"], closing.command) == ("BATCH", "a", "BATCH")
    assert notices(inside) == [
        "Your account alice is ready",
        "You now stay on the network when your last connection goes",
        "You are no longer logged in as alice",
        "You are now logged in as alice",
    ]
    assert [message.params[1] for message in inside if message.command == "PRIVMSG"] == words, "the echo"
    assert not [event for event in irc.core.tick.journal if isinstance(event, Posted)]


def test_a_batch_to_nobody_is_refused_as_before(irc: Irc) -> None:
    alice = irc.connect("alice", "batch", "draft/multiline")
    answers = alice.ask("BATCH +1 draft/multiline nobody", "@batch=1 PRIVMSG nobody :x", "BATCH -1")
    assert commands(answers) == ["401"]


def test_notices_and_typing_are_not_answered(irc: Irc) -> None:
    """ "automatic replies must never be sent in response to a NOTICE message"
    https://modern.ircdocs.horse/#notice-message
    """
    alice = irc.connect("alice", "message-tags")
    assert alice.ask("NOTICE NickServ :HELP", "@+typing=active TAGMSG NickServ") == []


@pytest.mark.parametrize("name", ["NickServ", "nickserv", "CHANSERV"])
def test_nobody_else_goes_by_a_service_s_name(irc: Irc, name: str) -> None:
    alice = irc.connect("alice")
    assert commands(alice.ask(f"NICK {name}")) == ["432"]
    stranger = irc.open()
    assert commands(stranger.ask(f"NICK {name}", "USER x 0 * :x")) == ["432"]


def test_whois_tells_of_services_and_ison_does_not(irc: Irc) -> None:
    alice = irc.connect("alice")
    answers = alice.ask("WHOIS nickserv")
    assert commands(answers) == ["311", "312", "318"]
    assert params(answers, "311")[0][1:4] == ["NickServ", "NickServ", "trialogue.local"]
    assert params(alice.ask("ISON NickServ alice"), "303") == [["alice", "alice"]]


def test_the_aliases_are_in_the_list_of_commands() -> None:
    for alias, name in ALIASES.items():
        assert name in " ".join(COMMANDS[alias].help)
