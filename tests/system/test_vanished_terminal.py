"""A terminal that is gone takes its client with it, also where no signal tells."""

from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.pseudo import Pseudo
from tests.system.conftest import Stage

pytestmark = pytest.mark.system


@pytest.mark.parametrize("face", [[], ["--lines"], ["--plain"]], ids=["full screen", "lines", "plain"])
def test_whoever_talked_in_it_says_good_bye(stage: Stage, tmp_path: Path, face: list[str]) -> None:
    server = stage.serve()
    alice = stage.connect(server.port).join("alice", "#lobby")
    with Pseudo(tmp_path / "bob", "127.0.0.1", str(server.port), "--nick", "bob", *face) as bob:
        alice.until("JOIN #lobby")
        bob.vanish()
        assert bob.process.wait(PATIENCE) == 0
        assert ":Quit" in alice.until(" QUIT ")[-1], "said, and not only found out by the server"


def test_a_client_that_was_still_asking_where_to_go_ends_too(tmp_path: Path) -> None:
    with Pseudo(tmp_path / "bob") as bob:
        bob.until(b"Trialogue")
        bob.vanish()
        assert bob.process.wait(PATIENCE) == 0
