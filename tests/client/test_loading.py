"""The first screen waits for nothing to be loaded that it does not need."""

import subprocess
import sys

import pytest

from tests.support.patience import PATIENCE

_FOR_OTHERS = {"zeroconf", "keyring", "cryptography", "OpenSSL", "prompt_toolkit", "tomlkit", "markdown_it", "pygments",
               "rich.markdown", "rich.traceback", "textual.widgets._markdown", "trialogue_client.script.play",
               "trialogue_client.lines.linemode"}  # fmt: skip


def _loaded(program: str) -> set[str]:
    """Return the modules that are loaded when a program has ended, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-c", f"{program}; import sys; print(*sys.modules)"],
        check=True, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    return set(told.stdout.split())


def test_the_full_screen_loads_nothing_that_is_for_later_or_for_line_mode() -> None:
    loaded = _loaded("import trialogue_client.__main__, trialogue_client.tui.start")
    assert "textual.app" in loaded
    assert not loaded & _FOR_OTHERS


@pytest.mark.parametrize("module", ["trialogue_client.app", "trialogue_client.arguments"])
def test_line_mode_loads_nothing_of_the_full_screen(module: str) -> None:
    loaded = _loaded(f"import trialogue_client.__main__, {module}")
    assert module in loaded
    assert not [name for name in loaded if name.split(".")[0] in ("textual", "rich")]
