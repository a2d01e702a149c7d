"""What `--check-config` finds before a server is started with it."""

from __future__ import annotations

import datetime as dt
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from trialogue_server.cli import command_line
from trialogue_server.cli.preflight import problems
from trialogue_server.config import Config
from trialogue_server.net.self_signed import make_certificate
from trialogue_server.net.tls_context import TlsError

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def found(directory: Path, **settings: Any) -> list[str]:
    sections = {"listen": {"port": 0}, "data": {"directory": str(directory)}, **settings}
    return problems(msgspec.convert(sections, Config), {}, NOW)


def test_good_settings_have_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert found(tmp_path / "new" / "directory") == []
    assert list(tmp_path.iterdir()) == [], "nothing was made"


def test_an_address_that_is_none(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, listen={"host": "nowhere.invalid", "port": 0})
    assert problem.startswith("Cannot listen on 'nowhere.invalid', as no address is known for this name")
    (problem,) = found(tmp_path, listen={"host": "192.0.2.1", "port": 0})
    assert "192.0.2.1 is not an address of this machine" in problem
    (problem,) = found(tmp_path, tls={"enabled": True, "host": "192.0.2.1", "port": 0})
    assert "192.0.2.1 is not an address of this machine" in problem


def test_a_port_that_is_taken_may_be_the_server_s_own(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert found(tmp_path, listen={"host": "127.0.0.1", "port": taken.getsockname()[1]}) == []


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (problem,) = found(tmp_path / "file" / "data")
    assert problem.startswith(f"{tmp_path / 'file'} is no directory")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="whoever runs this may write everywhere")
def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    (problem,) = found(tmp_path / "data")
    assert problem.startswith(f"{tmp_path} cannot be written by this user")


def certificate(directory: Path, made: dt.datetime) -> dict[str, Any]:
    path = directory / "certificate.pem"
    path.write_bytes(make_certificate("chat.example.org", made))
    return {"enabled": True, "port": 0, "certificate": str(path), "key": str(path)}


def test_a_certificate_out_of_its_time(tmp_path: Path) -> None:
    assert found(tmp_path, tls=certificate(tmp_path, NOW)) == []
    (problem,) = found(tmp_path, tls=certificate(tmp_path, NOW - dt.timedelta(days=4000)))
    assert "expired on 2025-" in problem
    (problem,) = found(tmp_path, tls=certificate(tmp_path, NOW + dt.timedelta(days=10)))
    assert "is not valid before 2026-01-10" in problem


def test_a_key_of_another_certificate(tmp_path: Path) -> None:
    tls = certificate(tmp_path, NOW)
    other = tmp_path / "other.pem"
    other.write_bytes(make_certificate("other.example.org", NOW))
    with pytest.raises(TlsError, match="is not the one of the certificate"):
        found(tmp_path, tls=tls | {"key": str(other)})


@pytest.mark.parametrize(("password", "count"), [("x", 1), ("five5", 1), ("frenchfries", 0), ("$argon2id$v=19$x", 0)])
def test_a_password_that_is_soon_guessed(tmp_path: Path, password: str, count: int) -> None:
    said = found(tmp_path, operators=[{"name": "root", "password": password}])
    assert len(said) == count
    assert password not in "".join(said)


def test_the_check_says_all_of_it_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--check-config", "192.0.2.1", "7000", "--data-dir", str(tmp_path)]
    assert command_line.run_without_server(command_line.parse(words), {}) == 2
    assert capsys.readouterr().err.startswith("trialogue-server: Cannot listen on 192.0.2.1 port 7000")
