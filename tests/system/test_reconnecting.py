"""Somebody loses their connection, the server is killed, they come back: docs/history.md has what happens."""

import re
from pathlib import Path

import pytest
import trio

from tests.support.patience import PATIENCE
from tests.support.process import started
from tests.support.running import Person

pytestmark = pytest.mark.system

DOCUMENT = Path(__file__).parents[2] / "docs" / "history.md"
CAPS = "batch message-tags draft/chathistory"
ALICES_CAPS = f"{CAPS} echo-message draft/message-redaction"


class Transcript:
    """What somebody says and hears, with the msgids numbered in the order in which they come."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._ids: dict[str, str] = {}

    async def say(self, person: Person, line: str) -> None:
        """Send a line."""
        await person.say(line)
        self.lines.append(f"C: {self._tidy(line)}")

    async def hear(self, person: Person, last: str) -> str:
        """Take down all lines up to the one in which this stands; returns its msgid."""
        while True:
            line = await person.line()
            self.lines.append(f"S: {self._tidy(line)}")
            if last in line:
                return line.partition("msgid=")[2].split(";")[0].split(" ")[0]

    def note(self, text: str) -> None:
        """Take down what happens."""
        self.lines.append(f"   ({text})")

    def _tidy(self, line: str) -> str:
        line = re.sub(r"(?<=msgid=)[0-9A-Za-z_-]+", lambda found: self._number(found[0]), line)
        return re.sub(r"(?<=batch=)\w+|(?<=BATCH [+-])\w+", "b1", line)

    def _number(self, msgid: str) -> str:
        return self._ids.setdefault(msgid, f"id{len(self._ids) + 1}")


async def test_the_transcript_in_the_documentation_is_what_happens(tmp_path: Path) -> None:
    """Nothing is missing and nothing comes twice: what was said meanwhile comes once, in its order; what was taken back
    does not come; what comes while the history is read is what comes after it.
    """
    bobs = Transcript()
    with trio.fail_after(PATIENCE):
        async with started(tmp_path) as server:
            alice = await server.come("alice", "#garden", caps=ALICES_CAPS)
            bob = await server.come("bob", "#garden", caps=CAPS)
            await alice.say("PRIVMSG #garden :The tulips are out")
            last = await bobs.hear(bob, "The tulips")
            await bob.drop()
            bobs.note("Bob's train goes into a tunnel. Alice says three things, takes one of them back,")
            bobs.note("and then the server is killed with kill -9.")
            await alice.hear("QUIT")
            await alice.say("PRIVMSG #garden :The red ones first", "PRIVMSG #garden Cone!")
            typo = (await alice.hear("Cone!", ":Cone!")).partition("msgid=")[2].split(" ")[0]
            await alice.say(f"REDACT #garden {typo}", "PRIVMSG #garden :Come!")
            await alice.hear("Come!", ":Come!")
        async with started(tmp_path) as server:
            alice = await server.come("alice", "#garden", caps=ALICES_CAPS)
            bob = await server.come("bob", caps=CAPS)
            bobs.note("It starts again. Bob is back, and asks for what came after the last message that he saw.")
            await bobs.say(bob, "JOIN #garden")
            await bobs.hear(bob, " 366 ")
            await alice.hear("JOIN")
            await bobs.say(bob, f"CHATHISTORY AFTER #garden msgid={last} 50")
            await bobs.hear(bob, "BATCH -")
            await alice.say("PRIVMSG #garden :There you are")
            await bobs.hear(bob, "There you are")
    assert "\n".join(bobs.lines) in DOCUMENT.read_text(encoding="utf-8"), "\n".join(bobs.lines)
