"""What a restart of the real server keeps: accounts, registered channels with all that is theirs, server bans."""

import signal
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.server import Server

pytestmark = pytest.mark.system

PASSWORD = "correct-horse"
FINGERPRINT = "ab" * 32
OPERATOR = """
[[operators]]
name = "root"
password = "the-password"
"""


def log_in(port: int, nick: str, password: str = PASSWORD) -> Client:
    """Return somebody who has logged in before they came."""
    client = Client(port)
    response = b64encode(f"\0{nick}\0{password}".encode()).decode()
    client.say("CAP REQ sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {response}")
    client.until(" 903 ")
    client.say("CAP END")
    return client.join(nick)


def made_up_salt(port: int) -> str:
    """Return what is shown of an account that there is not. Would it change, it would tell that there is none."""
    with Client(port) as stranger:
        stranger.say(
            "CAP REQ sasl", "AUTHENTICATE SCRAM-SHA-256", f"AUTHENTICATE {b64encode(b'n,,n=nobody,r=x').decode()}"
        )
        challenge = stranger.until("AUTHENTICATE cj")[-1].partition(" ")[2]
        return b64decode(challenge).decode().split(",")[1]


def settle(port: int) -> None:
    """Make accounts, a channel with everything that a channel may have, and bans."""
    with Client(port).join("alice") as alice, Client(port).join("bob") as bob, Client(port).join("root") as root:
        for client in (alice, bob):
            client.say(f"REGISTER * * {PASSWORD}")
            client.until("REGISTER SUCCESS")
        alice.say(f"NS CERT ADD {FINGERPRINT}", f"NS SET PASSWORD {PASSWORD} another-horse")
        alice.until("Your password is changed")
        alice.say("JOIN #garden", "CS REGISTER #garden", "TOPIC #garden :what grows", "MODE #garden +mk-n secret")
        alice.say("MODE #garden +b troll!*@*", "CS ACCESS #garden ADD bob OP")
        alice.until("bob is on the access list of #garden as op")
        alice.say("CS AKICK #garden ADD weed!*@* not here", "METADATA #garden SET url :http://garden")
        alice.say("METADATA * SET mood :fine")
        alice.until(" 761 alice alice mood ")
        root.say("OPER root the-password", "BAN ADD mask spammer!*@* :no adverts", "BAN ADD account mallory 1h :later")
        root.until(" BAN_ADDED account ")


def find_all(port: int) -> None:
    """Find what was made; log in by the new password, and join by what the access list says."""
    with Client(port) as spammer:
        spammer.say("NICK spammer", "USER spammer 0 * :x")
        assert any("no adverts" in line for line in spammer.rest())
    with log_in(port, "alice", "another-horse") as alice, log_in(port, "bob") as bob:
        alice.say("NS CERT LIST")
        alice.until(FINGERPRINT)
        bob.say("JOIN #garden secret")
        shown = bob.until(" 366 ")
        assert any(line.endswith(" 332 bob #garden :what grows") for line in shown), shown
        bob.say("NAMES #garden")
        assert bob.until(" 353 ")[-1].endswith(":@bob")
        bob.say("MODE #garden", "MODE #garden b")
        modes = set(bob.until(" 324 ")[-1].split("#garden ")[1].split(" ")[0])
        assert {"m", "k"} <= modes
        assert "n" not in modes
        assert "troll!*@*" in bob.until(" 367 ")[-1]
        alice.say("METADATA * GET mood")
        assert alice.until(" 761 ")[-1].endswith(":fine")
        bob.say("METADATA #garden GET url")
        assert bob.until(" 761 ")[-1].endswith(":http://garden")
        with Client(port).join("weed") as weed:
            weed.say("JOIN #garden secret")
            weed.until(" 474 ")
        alice.say("CS ACCESS #garden LIST")
        assert "alice: founder" in alice.until("bob: op")[-2]
    with Client(port).join("root") as root:
        root.say("OPER root the-password", "BAN LIST")
        listed = root.until(" BAN_LIST_END ")
        assert sum(" BAN_ENTRY " in line for line in listed) == 2
        assert any("account mallory" in line for line in listed)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_keeps_who_is_who_and_whose_is_what(tmp_path: Path, ending: signal.Signals) -> None:
    """Whether the server is told to stop or killed: what it has confirmed is there again."""
    settings = tmp_path / "settings.toml"
    settings.write_text(OPERATOR)
    arguments = ("127.0.0.1", "0", "--config", str(settings))
    with Server(tmp_path, *arguments, flood_rate=0) as server:
        settle(server.port)
        salt = made_up_salt(server.port)
        server.signal(ending)
        assert server.wait() == (0 if ending is signal.SIGTERM else -ending)
    with Server(tmp_path, *arguments, flood_rate=0) as server:
        find_all(server.port)
        assert made_up_salt(server.port) == salt
