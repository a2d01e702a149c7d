"""Our client and WeeChat in one room: what lasts in shape between clients that know it has to be readable in all."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ircwire import parse
from tests.support.client import Client
from tests.support.peers import WeeChat, needs, wait_until
from tests.support.tmux import Terminals, needs_tmux
from tests.system.conftest import Stage

pytestmark = [pytest.mark.system, pytest.mark.peers]


@pytest.fixture
def terminals(home: Path) -> Iterator[Terminals]:
    """Where our client runs."""
    terminals = Terminals(home)
    yield terminals
    terminals.close()


def watching(stage: Stage, port: int) -> Client:
    """Return somebody in the room who is shown the ids of messages, and asks for them by name."""
    watcher = stage.connect(port)
    watcher.say("CAP REQ :message-tags echo-message", "CAP END")
    return watcher.join("watcher", "#lobby")


def msgid(watcher: Client, text: str) -> str:
    """Wait until this is said in the room, and return its id."""
    return parse(watcher.until(f" PRIVMSG #lobby {text}")[-1]).tags["msgid"]


@needs("weechat-headless")
@needs_tmux
def test_several_lines_a_reply_and_a_reaction(
    stage: Stage, home: Path, closing: ExitStack, terminals: Terminals
) -> None:
    """What WeeChat does not know, it shows as plain text or not at all; what it sends is understood.

    https://ircv3.net/specs/extensions/multiline, https://ircv3.net/specs/client-tags/reply and react
    """
    server = stage.serve()
    watcher = watching(stage, server.port)
    terminals.open("bob", "127.0.0.1", str(server.port), "--lines", "--nick", "bob", size=(110, 40))
    terminals.until("bob", "You are in #lobby")
    terminals.say("bob", "Who brings the cake?")
    question = msgid(watcher, ":Who brings the cake?")
    weechat = WeeChat(
        home,
        server.port,
        "",
        raw=[
            f"@+draft/reply={question} PRIVMSG #lobby :bob: I do",
            f"@+draft/react=🍰;+draft/reply={question} TAGMSG #lobby",
            "PRIVMSG #lobby :one",
            "PRIVMSG #lobby :two",
        ],
    )
    closing.callback(weechat.close)
    terminals.until("bob", "wee came in")
    weechat.say()
    terminals.until("bob", "(to bob: “Who brings the cake?”) I do")
    terminals.until("bob", "wee reacted 🍰 to you: “Who brings the cake?”")
    terminals.until("bob", "wee  two")
    terminals.say("bob", "/reply wee thank you")
    wait_until(weechat.seen, "bob\twee: thank you")
    terminals.press("bob", "-l", "first line")
    terminals.press("bob", "M-Enter")
    terminals.say("bob", "second line")
    wait_until(weechat.seen, "bob\tsecond line")
    assert "bob\tfirst line\n" in weechat.seen(), "a row for each line"
    terminals.say("bob", "/react wee 🎉")
    terminals.until("bob", "You reacted 🎉 to wee: “two”")
    weechat.quit()
    assert "🎉" not in weechat.seen(), "it knows no reactions, and shows nothing of them"
