"""docs/specifications.md tells the truth: of capabilities, of tokens, of commands, and of where things stand."""

import re
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from ircwire import caps
from trialogue_server.commands.server.isupport import isupport_tokens
from trialogue_server.commands.table import COMMANDS
from trialogue_server.config import Config
from trialogue_server.session.capabilities import offered

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "services/server/src/trialogue_server"
EVERYTHING = {
    "tls": {"enabled": True, "sts": True, "sts_duration": 1},
    "server": {"icon": "https://example.org/icon.png"},
    "text": {"denied_tags": ["x"]},
}
"""Settings with which nothing is left out."""


class Row(NamedTuple):
    name: str
    status: str
    wire: str
    modules: str
    tests: str
    remarks: str

    def shown(self, kind: str) -> set[str]:
        """Return what it names as capabilities ("cap"), tokens, commands or tags."""
        parts = (part.strip() for part in self.wire.split(";"))
        return {name for part in parts if part.startswith(f"{kind} ") for name in quoted(part)}


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def rows() -> list[Row]:
    lines = (ROOT / "docs/specifications.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [Row(*each) for each in cells if each[1] != "Status" and set(each[0]) != {"-"}]


ROWS = rows()
CONFIG = msgspec.convert(EVERYTHING, Config)


def named(kind: str) -> list[str]:
    return [name for row in ROWS for name in row.shown(kind)]


def test_no_row_is_there_twice() -> None:
    names = [row.name for row in ROWS]
    assert len(ROWS) > 40
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("kind", "there_are"),
    [
        ("cap", set(offered(CONFIG, secure=True))),
        ("token", set(isupport_tokens(CONFIG))),
        ("command", set(COMMANDS)),
    ],
)
def test_what_there_is_has_a_row_and_what_has_a_row_is_there(kind: str, there_are: set[str]) -> None:
    told = named(kind)
    assert set(told) == there_are
    assert len(told) == len(set(told)), "each stands in one row"


def test_every_capability_that_the_codec_names_is_offered() -> None:
    """A name in `ircwire.caps` that nobody offers would be one that somebody forgot."""
    names = {value for name, value in vars(caps).items() if name.isupper() and isinstance(value, str)}
    assert names == set(offered(CONFIG, secure=True))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_tells_enough(row: Row) -> None:
    assert row.status in ("done", "partly", "not")
    assert set(re.findall(r"(\w+) `", row.wire)) <= {"cap", "token", "command", "tag"}
    if row.status == "not":
        assert row.wire == row.modules == row.tests == ""
    else:
        assert row.wire
        assert row.modules
        assert row.tests
    if row.status != "done":
        assert row.remarks, "the reason"


@pytest.mark.parametrize("row", [row for row in ROWS if row.status != "not"], ids=lambda row: row.name)
def test_modules_and_tests_are_there_and_are_about_it(row: Row) -> None:
    for module in quoted(row.modules):
        assert (SOURCE / module).is_file(), module
    texts = [(ROOT / "tests" / test).read_text() for test in quoted(row.tests)]
    for link in re.findall(r"\((https://ircv3\.net/[^)#]+)", row.name):
        assert any(link in text for text in texts), f"no test quotes {link}"
    for tag in row.shown("tag"):
        assert any(tag.lstrip("+") in text for text in texts), f"no test knows the tag {tag}"
