"""Tags that clients send to each other: typing, reply, react, channel-context, and those that a server denies.

https://ircv3.net/specs/extensions/message-tags#client-only-tags
"""

import pytest

from tests.support.irc import Client, Irc, commands, params
from trialogue_server.config import ConfigError
from trialogue_server.config.load import load


def pair(irc: Irc) -> tuple[Client, Client]:
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags")
    irc.enter("#room", alice, bob)
    return alice, bob


@pytest.mark.parametrize("state", ["active", "paused", "done"])
@pytest.mark.parametrize("target", ["#room", "bob"])
def test_typing_is_told(irc: Irc, state: str, target: str) -> None:
    """ "A typing notification is represented by a TAGMSG command sent with a typing tag using the client-only prefix +
    and possible values of active, paused, and done."

    https://ircv3.net/specs/client-tags/typing#format (ratified)
    """
    alice, bob = pair(irc)
    alice.send(f"@+typing={state} TAGMSG {target}")
    (heard,) = bob.read()
    assert (heard.command, heard.params, heard.tags["+typing"]) == ("TAGMSG", [target], state)
    assert "msgid" in heard.tags


@pytest.mark.parametrize("name", ["+reply", "+draft/reply"])
def test_replies_name_what_they_answer(irc: Irc, name: str) -> None:
    """ "The reply tag is sent by a client with the client-only prefix + and its value references the server provided ID
    of another message"

    https://ircv3.net/specs/client-tags/reply#format
    """
    alice, bob = pair(irc)
    alice.send("PRIVMSG #room :who is in?")
    asked = bob.read()[0].tags["msgid"]
    bob.send(f"@{name}={asked} PRIVMSG #room :I am")
    (heard,) = alice.read()
    assert (heard.tags[name], heard.params[-1]) == (asked, "I am")
    assert heard.tags["msgid"] != asked


@pytest.mark.parametrize("tag", ["+draft/react", "+draft/unreact"])
@pytest.mark.parametrize(("sent", "meant"), [("🇦🇷", "🇦🇷"), (r"a\sb\:\\c", "a b;\\c"), (":)", ":)")])
def test_reactions_may_be_anything(irc: Irc, tag: str, sent: str, meant: str) -> None:
    """ "The react tag is sent by a client with the client-only prefix +. The value has no restrictions." "These tags
    MAY be attached to an empty message."

    https://ircv3.net/specs/client-tags/react#format (work in progress)
    """
    alice, bob = pair(irc)
    alice.send(f"@+draft/reply=0123;{tag}={sent} TAGMSG #room")
    (heard,) = bob.read()
    assert (heard.tags[tag], heard.tags["+draft/reply"]) == (meant, "0123")


@pytest.mark.parametrize("command", ["PRIVMSG", "NOTICE"])
def test_a_private_message_can_belong_to_a_channel(irc: Irc, command: str) -> None:
    """ "This tag MUST be attached to PRIVMSG and NOTICE messages to users only."

    https://ircv3.net/specs/client-tags/channel-context#format (ratified)
    """
    alice, bob = pair(irc)
    alice.send(f"@+channel-context=#room {command} bob :I'm helping.")
    (heard,) = bob.read()
    assert (heard.command, heard.params[0], heard.tags["+channel-context"]) == (command, "bob", "#room")


def test_server_tags_come_first(irc: Irc) -> None:
    """ "Any server-sent tags attached to messages MUST be included before client-only tags to prevent them from being
    pushed outside of the byte limit."

    https://ircv3.net/specs/extensions/message-tags#client-only-tags
    """
    alice, bob = irc.connect("alice", "message-tags"), irc.connect("bob", "message-tags", "server-time", "account-tag")
    alice.ask("MODE alice +B")
    alice.send("@+a=1;+b=2 PRIVMSG bob :hi")
    (line,) = bob.lines()
    names = [tag.split("=")[0] for tag in line.split(" ")[0][1:].split(";")]
    assert names == [*sorted(names[:-2], key=names.index), "+a", "+b"]
    assert set(names[:-2]) == {"time", "bot", "msgid"}


DENIED = [
    (["*"], {"+foo", "+example/bar", "+typing"}, "CLIENTTAGDENY=*"),
    (["*", "-foo", "-example/bar"], {"+typing"}, "CLIENTTAGDENY=*,-foo,-example/bar"),
    (["foo", "example/bar"], {"+foo", "+example/bar"}, "CLIENTTAGDENY=foo,example/bar"),
]
"""The specification's examples: the list, which of three tags it blocks, the token."""


@pytest.mark.parametrize(("denied", "blocked", "token"), DENIED)
def test_denied_tags_are_taken_off(denied: list[str], blocked: set[str], token: str) -> None:
    """ "Servers SHOULD use this token to communicate to clients that certain client-only tags are blocked and will be
    silently ignored." "Note that blocking tags will not necessarily block the message that the tag is attached to."

    https://ircv3.net/specs/extensions/message-tags#rpl_isupport-tokens
    """
    alice, bob = pair(Irc(text={"denied_tags": denied}))
    assert any(token in answer for answer in params(alice.ask("VERSION"), "005"))
    alice.send("@+foo=1;+example/bar=2;+typing=active PRIVMSG #room :hi")
    (heard,) = bob.read()
    assert {tag for tag in heard.tags if tag[0] == "+"} == {"+foo", "+example/bar", "+typing"} - blocked


def test_nothing_is_left_of_a_message_of_denied_tags() -> None:
    """ "…certain client-only tags are blocked and will be silently ignored."

    https://ircv3.net/specs/extensions/message-tags#rpl_isupport-tokens
    """
    alice, bob = pair(Irc(text={"denied_tags": ["typing"]}))
    assert alice.ask("@+typing=active TAGMSG #room") == []
    assert bob.read() == []


def test_without_a_list_there_is_no_token(irc: Irc) -> None:
    """ "An empty or missing CLIENTTAGDENY matches the default case and indicates that all client-only tags are
    allowed."

    https://ircv3.net/specs/extensions/message-tags#rpl_isupport-tokens
    """
    answers = irc.connect("alice").ask("VERSION")
    assert "005" in commands(answers)
    assert not any("CLIENTTAGDENY" in word for answer in params(answers, "005") for word in answer)


@pytest.mark.parametrize("denied", ["typing,*", "+typing", "a b", "-"])
def test_lists_that_mean_nothing_are_refused(denied: str) -> None:
    """ "An asterisk * (0x2A) indicates that all client-only tags are blocked. When used, this MUST be the first item in
    the list." "The client-only prefix (+) is omitted when a tag appears in this list."

    https://ircv3.net/specs/extensions/message-tags#rpl_isupport-tokens
    """
    with pytest.raises(ConfigError, match="of which only the first"):
        load(None, {"TRIALOGUE_TEXT_DENIED_TAGS": denied})
