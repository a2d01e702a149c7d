"""What the page and the Python core must agree on; services/web/tests/vectors.test.js reads the same files."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from ircwire import ParseError, parse
from ircwire.casemap import FOLDS
from ircwire.folding import has_word
from ircwire.modes import ModeKinds, format_modes, parse_modes
from ircwire.multiline import Limits
from trialogue_client.core.sasl import Credentials, Scram
from trialogue_client.core.splitting import messages

_KINDS = ModeKinds("beI", "k", "l", "imnst", "ov")


def _cases(name: str) -> list[dict[str, Any]]:
    path = Path(__file__).parents[1] / f"vectors/{name}.json"
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return cases


@pytest.mark.parametrize("case", _cases("messages"))
def test_lines(case: dict[str, Any]) -> None:
    if case.get("error"):
        with pytest.raises(ParseError):
            parse(case["line"])
    else:
        message = parse(case["line"])
        found = (message.command, message.params, message.source or "", message.tags)
        assert found == (case["command"], case["params"], case["source"], case["tags"])


@pytest.mark.parametrize("case", _cases("folds"))
def test_names(case: dict[str, Any]) -> None:
    assert FOLDS[case["mapping"]](case["name"]) == case["folded"]


@pytest.mark.parametrize("case", _cases("calls"))
def test_words(case: dict[str, Any]) -> None:
    assert has_word(case["text"], case["word"]) is case["calls"]


@pytest.mark.parametrize("case", _cases("splitting"))
def test_long_texts(case: dict[str, Any]) -> None:
    made = messages(case["text"], case["size"], Limits(case["max_bytes"] or None, case["max_lines"] or None))
    assert [[list(line) for line in one] for one in made] == case["messages"]


@pytest.mark.parametrize("case", _cases("modes"))
def test_modes(case: dict[str, Any]) -> None:
    changes = parse_modes(case["modes"], case["params"], _KINDS)
    assert [change._asdict() for change in changes] == case["changes"]
    assert " ".join(format_modes(changes)) == case["text"]


@pytest.mark.parametrize("case", _cases("scram"))
def test_scram(case: dict[str, Any]) -> None:
    """https://www.rfc-editor.org/rfc/rfc7677#section-3"""
    scram = Scram(Credentials(case["account"], case["password"]), "sha256", case["nonce"])
    assert scram.answer(b"").decode() == case["client_first"]
    assert scram.answer(case["server_first"].encode()).decode() == case["client_final"]
    assert scram.answer(case["server_final"].encode()) == b""
    assert base64.b64decode(case["server_final"].removeprefix("v="))
