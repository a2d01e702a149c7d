"""What the client remembers: nothing that somebody wrote into the file is lost, and what is wrong there is said."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialogue_client import settings
from trialogue_client.address import Endpoint
from trialogue_client.settings import Server, SettingError, Settings
from trialogue_client.settings.memory import Memory

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=20)


def complaints(directory: Path, content: str) -> list[str]:
    """What is said of a file with this content, without its name."""
    path = directory / settings.FILE
    path.write_text(content)
    said: list[str] = []
    settings.read(directory, said.append)
    assert all(sentence.startswith(f"{path}") for sentence in said)
    return [sentence.removeprefix(f"{path}").lstrip(": ") for sentence in said]


@given(words, st.integers(1, 65535))
def test_settings_come_back_as_they_were_kept(tmp_path_factory: pytest.TempPathFactory, text: str, port: int) -> None:
    directory = tmp_path_factory.mktemp("settings")
    server = Server(text, port, tls=True, nick=text, account=text, key_ring=True, connect=True, rooms=(text,))
    kept = Settings("light", bell=False, times=False, highlights=(text,)).used(server)
    settings.write(directory, kept)
    assert settings.read(directory) == kept
    settings.write(directory, kept.used(Server("other", 1)).changed(Server(text, port)))
    assert settings.read(directory).servers == (Server("other", 1), Server(text, port))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", []),
        ("theme = 3", ["theme has to be one of: dark, light."]),
        ('bell = "yes"', ["bell has to be true or false."]),
        ("highlights = [2]", ["highlights has to be a list of texts in quotes."]),
        ("bel = true", ["There is no setting bel; did you mean bell? It is left as it is."]),
        ("servers = 4", ["servers has to be tables that begin with [[servers]]."]),
        ("servers = [1]", ["server 1: write each server as a table that begins with [[servers]]."]),
        ('[[servers]]\nhost = "h"\nport = 1\nzzz = 1', [
            "server 1: there is nothing called zzz to say of a server. It is left as it is."]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_file_is_said_with_what_would_be_right(
    tmp_path: Path, content: str, said: list[str]
) -> None:
    assert complaints(tmp_path, content) == said


@pytest.mark.parametrize("entry", ['host = "h"', "port = 1", 'host = ""\nport = 1', 'host = "h"\nport = 70000'])
def test_a_server_needs_a_host_and_a_port(tmp_path: Path, entry: str) -> None:
    assert complaints(tmp_path, f"[[servers]]\n{entry}\n")[-1].startswith("server 1: it needs a host and a port")


def test_what_is_no_toml_keeps_nobody_out_and_is_left_to_its_owner(tmp_path: Path) -> None:
    assert complaints(tmp_path, "= =\n")[0].startswith(
        "cannot be read: Invalid statement (at line 1, column 1). Mend it"
    )
    assert settings.read(tmp_path) == Settings()
    settings.write(tmp_path, Settings("light"))
    assert (tmp_path / settings.FILE).read_text() == "= =\n"


def test_what_was_written_by_hand_stays_comments_and_mistakes_and_all(tmp_path: Path) -> None:
    path = tmp_path / settings.FILE
    path.write_text(
        '# mine\ntheme = "blue"  # not yet\nmine = 1\n\n[[servers]]\nhost = "h"\nport = 1  # the old one\nmine = 2\n'
    )
    settings.write(tmp_path, settings.read(tmp_path).used(Server("i", 2)).set("bell", "off"))
    text = path.read_text()
    for line in ("# mine", 'theme = "blue"  # not yet', "mine = 1", "port = 1  # the old one", "mine = 2"):
        assert line in text.splitlines()
    kept = settings.read(tmp_path)
    assert (kept.bell, kept.servers) == (False, (Server("i", 2), Server("h", 1)))


def test_servers_written_in_one_line_are_kept_too(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text('servers = [{host = "h", port = 1}]\ntheme = "light"\n')
    settings.write(tmp_path, settings.read(tmp_path).used(Server("i", 2)))
    assert settings.read(tmp_path) == Settings("light", servers=(Server("i", 2), Server("h", 1)))


def test_the_server_used_last_comes_first_and_only_once() -> None:
    one, two = Server("one", 1), Server("two", 2)
    assert Settings().used(one).used(two).used(one).servers == (one, two)


def test_a_setting_is_changed_as_it_is_typed() -> None:
    changed = (
        Settings().set("theme", "light").set("bell", "off").set("typing", "NO").set("highlights", "tea, green tea")
    )
    assert changed == Settings("light", bell=False, typing=False, highlights=("tea", "green tea"))
    assert changed.set("highlights", "none").set("bell", "on") == Settings("light", typing=False)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("theme", "blue", "theme is one of: dark, light."),
        ("bell", "loud", "bell is on or off."),
        ("times_", "on", "There is no setting times_; did you mean times?"),
        ("zzz", "on", "There is no setting zzz; there are theme, highlights, bell"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_can(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        Settings().set(name, value)
    assert str(caught.value).startswith(sentence)


def test_what_is_learned_of_a_server_before_it_lets_us_in_is_kept(tmp_path: Path) -> None:
    """A password proves right, and goes into the key ring, before the server's welcome."""
    memory = Memory(tmp_path)
    endpoint = Endpoint("chat.example.org", 6697, tls=True)
    memory.change(endpoint, account="bob", key_ring=True)
    memory.used(endpoint, "bob")
    expected = Server("chat.example.org", 6697, tls=True, nick="bob", account="bob", key_ring=True)
    assert settings.read(tmp_path).servers == (expected,)


def test_a_file_that_is_kept_elsewhere_stays_there(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("# mine\n", encoding="utf-8-sig")
    (tmp_path / settings.FILE).symlink_to(kept)
    assert settings.read(tmp_path, pytest.fail) == Settings()
    assert settings.write(tmp_path, Settings(theme="light"))
    assert (tmp_path / settings.FILE).is_symlink()
    assert settings.read(tmp_path, pytest.fail) == Settings(theme="light")
    assert "# mine" in kept.read_text()


def test_what_two_clients_keep_at_the_same_time_is_all_kept(tmp_path: Path) -> None:
    one, two = Memory(tmp_path), Memory(tmp_path)
    here, there = Endpoint("a.example", 1), Endpoint("b.example", 2)
    one.used(here, "bob")
    two.used(there, "eve")
    one.keep(one.settings.set("bell", "off").muting("a.example", "#x", on=True))
    two.keep(two.settings.muting("a.example", "#y", on=True))
    one.change(here, rooms=("#den",))
    two.keep(two.settings.muting("a.example", "#x", on=False))
    kept = Memory(tmp_path).settings
    assert not kept.bell
    assert kept.muted == ("a.example #y",)
    assert {(server.host, server.nick, server.rooms) for server in kept.servers} == {
        ("a.example", "bob", ("#den",)), ("b.example", "eve", ()),
    }  # fmt: skip


def test_what_could_not_be_kept_lasts_until_the_end(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("in the way")
    memory = Memory(nowhere / "config")
    assert memory.keep(memory.settings.set("bell", "off"))
    memory.keep(memory.settings.set("theme", "light"))
    assert (memory.settings.bell, memory.settings.theme) == (False, "light")
