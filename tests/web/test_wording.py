"""One person reads the same sentences in a terminal and on the page."""

import json
import re
from pathlib import Path

import pytest

from ircwire.modes import ModeChange
from ircwire.source import Source
from trialogue_client.core import emoji
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.commands.table import TABLE
from trialogue_client.core.state import Identity
from trialogue_client.wording.phrases import rows
from trialogue_client.wording.rows import View

STATIC = Path(__file__).parents[2] / "services/web/src/trialogue_web/static"
CATALOGUE: dict[str, str | dict[str, str]] = json.loads((STATIC / "wording/en.json").read_text(encoding="utf-8"))
BOB = Source("bob", "u", "h")
BECAUSE = " (tea)"

SENTENCES: list[tuple[str, dict[str, str], ev.Event]] = [
    ("came-in", {"nick": "bob"}, ev.Joined("#a", BOB, me=False)),
    ("left", {"nick": "bob", "because": BECAUSE}, ev.Parted("#a", BOB, "tea", me=False)),
    ("put-out", {"by": "bob", "nick": "eve", "because": BECAUSE}, ev.Kicked("#a", "eve", BOB, "tea", me=False)),
    ("you-were-put-out", {"by": "bob", "room": "#a", "because": BECAUSE}, ev.Kicked("#a", "me", BOB, "tea", me=True)),
    ("has-gone", {"nick": "bob", "because": BECAUSE}, ev.Quit(BOB, "tea", ("#a",), me=False)),
    ("is-now", {"old": "bob", "nick": "rob"}, ev.Renamed("bob", "rob", ("#a",), me=False)),
    ("you-are-now", {"nick": "rob"}, ev.Renamed("me", "rob", (), me=True)),
    (
        "renamed-room",
        {"nick": "bob", "old": "#a", "room": "#b", "because": BECAUSE},
        ev.RoomRenamed("#a", "#b", BOB, "tea"),
    ),
    ("set-topic", {"nick": "bob", "topic": "roses"}, ev.TopicChanged("#a", "roses", BOB)),
    ("removed-topic", {"nick": "bob"}, ev.TopicChanged("#a", "", BOB)),
    ("set-modes", {"nick": "bob", "modes": "+o eve"}, ev.ModeChanged("#a", BOB, (ModeChange(True, "o", "eve"),))),
    ("asks-you-into", {"nick": "bob", "room": "#a"}, ev.Invited("#a", "me", BOB, me=True)),
    ("asked-into", {"nick": "bob", "other": "eve", "room": "#a"}, ev.Invited("#a", "eve", BOB, me=False)),
    ("is-away", {"nick": "bob", "message": "tea"}, ev.AwayChanged("bob", "tea", me=False)),
    ("is-back", {"nick": "bob"}, ev.AwayChanged("bob", None, me=False)),
    ("you-are-back", {}, ev.AwayChanged("me", None, me=True)),
    ("you-are-away", {}, ev.AwayChanged("me", "", me=True)),
    ("is-blocked", {"who": "bob"}, ev.BlockChanged("bob!*@*", on=True)),
    ("is-not-blocked", {"who": "bob"}, ev.BlockChanged("~account:bob", on=False)),
    ("blocked-list", {"nicks": "bob"}, ev.BlockListed(("bob!*@*",))),
    ("connected", {"server": "srv", "nick": "me"}, ev.Registered("me", "srv")),
    ("logged-in", {"account": "me"}, ev.LoggedIn("me")),
    ("logged-out", {}, ev.LoggedOut("")),
]


@pytest.mark.parametrize(("key", "values", "event"), SENTENCES)
def test_what_happens_is_told_in_the_same_sentence(key: str, values: dict[str, str], event: ev.Event) -> None:
    [row] = rows(event, View(Chat(Identity("me")), "#a"))
    template = CATALOGUE[key]
    assert isinstance(template, str)
    assert template.format(**values) == row.body


def test_emoji_have_the_same_names() -> None:
    listed = (STATIC / "engine/emoji.js").read_text(encoding="utf-8").partition("USUAL =")[2].partition(";")[0]
    assert "".join(re.findall(r'"([^"]*)"', listed)) == emoji._USUAL


def test_commands_are_explained_in_the_same_words() -> None:
    explained = {key.removeprefix("command-"): text for key, text in CATALOGUE.items() if key.startswith("command-")}
    known = {command.name: command.help for command in TABLE}
    assert explained == {name: known.get(name) for name in explained}


def test_every_sentence_that_is_said_is_in_the_catalogue() -> None:
    said: set[str] = set()
    for path in STATIC.rglob("*.js"):
        if path.parent.name != "vendor":
            text = path.read_text(encoding="utf-8")
            said |= set(re.findall(r"""say_?\((?:[^()"]*\? )?"([a-z-]+)\"""", text))
            said |= set(re.findall(r"""say_?\([^()]*\? "[a-z-]+" : "([a-z-]+)\"""", text))
    assert said - set(CATALOGUE) == set()
