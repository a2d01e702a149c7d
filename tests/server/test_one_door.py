"""Whoever is outside of the core puts inputs. Beside that they read, and change what belongs to this node alone."""

import re
from pathlib import Path

import trialogue_server

SOURCE = Path(trialogue_server.__file__).parent
WITHIN = {"commands", "delivery", "session", "world"}
"""What may change what the core knows."""

READING = {"address_group", "copy", "fold", "get", "household", "is_exempt", "items", "of", "refusal", "values"}
"""Functions of the core, or of its parts, that change nothing: whoever needs another one adds it here."""

OWN = {
    "core.registry.hold",  # counts bytes that wait to be sent
    "core.tick.forget",
    "core.tick.make_ready",
    "world.apply",  # what the store has kept, before there is a core
}
ASSIGNED = {
    "core.outlets[]",
    "session.expected_since",
    "session.heard_at",
    "session.multiline.touched_at",
    "session.pinged_at",
}
"""What belongs to the node: when it has heard of somebody, and where their bytes go."""

_CALL = re.compile(r"\b_?((?:core|world)(?:\.\w+)+)\(")
_ASSIGNMENT = re.compile(r"\b_?((?:core|session|world)(?:\.\w+)+(?:\[)?)[^=\n(]{0,20}[-+|]?= ")


def outside() -> str:
    """Return the text of all modules that are outside of the core."""
    paths = [path for path in SOURCE.rglob("*.py") if path.relative_to(SOURCE).parts[0] not in WITHIN]
    assert len(paths) > 50
    return "\n".join(path.read_text() for path in paths)


def test_who_is_outside_only_reads_and_keeps_what_is_the_node_s() -> None:
    """A function of the core that changes something, or an attribute that others decide by, is not for them."""
    text = outside()
    assert {call for call in _CALL.findall(text) if call.rpartition(".")[2] not in READING} == OWN
    assert {found.replace("[", "[]") for found in _ASSIGNMENT.findall(text)} == ASSIGNED


def test_what_would_be_a_second_door_is_seen() -> None:
    assert _CALL.findall("self._core.delivery.commit(event)") == ["core.delivery.commit"]
    for line in ("self._session.caps |= 1", "core.config = config", "session.closing = True"):
        assert _ASSIGNMENT.findall(line)
    assert not _ASSIGNMENT.findall("if session.closing == True")
