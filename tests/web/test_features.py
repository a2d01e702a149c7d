"""docs/features.md says what the faces can do, and the code what it says."""

import re
from pathlib import Path

from trialogue_client.core.commands.table import TABLE

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "services/web/src/trialogue_web/static/engine/commands.js").read_text(encoding="utf-8")
ROWS = [
    line.strip("|").split("|")
    for line in (ROOT / "docs/features.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| ability")
]


def _named(column: int) -> set[str]:
    return {name for row in ROWS for name in re.findall(r"`/([a-z]+)`", row[column])}


def test_every_command_of_the_terminal_is_in_the_table() -> None:
    known = {command.name for command in TABLE}
    assert _named(1) == known
    assert _named(2) == known


def test_every_command_of_the_page_is_in_the_table() -> None:
    table = COMMANDS.partition("export const COMMANDS = {")[2].partition("\n};\n")[0]
    assert _named(3) == set(re.findall(r"^  ([a-z]+): \{", table, re.MULTILINE))


def test_each_ability_is_said_of_each_face() -> None:
    assert [row for row in ROWS if len(row) != 4 or not all(cell.strip() for cell in row)] == []
