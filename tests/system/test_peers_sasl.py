"""WeeChat and irssi log in over TLS, in each of the ways that they know.

https://ircv3.net/specs/extensions/sasl-3.1
"""

import datetime as dt
import hashlib
import ssl
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.peers import Irssi, WeeChat, needs, wait_until
from tests.support.server import Server
from tests.system.conftest import Stage
from trialogue_server.net.self_signed import make_certificate

pytestmark = [pytest.mark.system, pytest.mark.peers]

PASSWORD = "correct-horse"


@pytest.fixture
def server(stage: Stage) -> Server:
    """A server with TLS, where accounts were made for wee and iris."""
    server = stage.serve("--tls-port", "0")
    for name in ("wee", "iris"):
        owner = stage.connect(server.port).join(name)
        owner.say(f"REGISTER * * {PASSWORD}")
        owner.until("REGISTER SUCCESS")
        owner.say("QUIT")
        owner.rest()
    return server


@pytest.fixture
def bob(stage: Stage, server: Server) -> Client:
    """Somebody who is in the room first, and sees who comes."""
    return stage.connect(server.port).join("bob", "#lobby")


def fingerprint_of(server: Server) -> str:
    """Return how its certificate is known, in hexadecimal."""
    told: str = server.wait_for("listening with TLS")["sha256"]
    return told.replace(":", "").lower()


def must_be(bob: Client, nick: str) -> None:
    """Wait until that one is in the room; they must be logged in, and over TLS."""
    bob.until(f":{nick}!")
    bob.say(f"WHOIS {nick}")
    told = bob.until(f" 318 bob {nick} ")
    assert any(line.split(" ")[1:5] == ["330", "bob", nick, nick] for line in told), told
    assert any(line.split(" ")[1] == "671" for line in told), told


def talk(weechat: WeeChat, bob: Client) -> None:
    """Have it hear, say and leave."""
    must_be(bob, "wee")
    bob.say("PRIVMSG #lobby :hello from bob")
    wait_until(weechat.seen, "hello from bob")
    weechat.say()
    bob.until(" PRIVMSG #lobby :hello from weechat")
    weechat.quit()
    bob.until(" QUIT :")


def started(server: Server, home: Path, closing: ExitStack, settings: list[str]) -> WeeChat:
    """Return a WeeChat that connects over TLS with these settings."""
    fingerprint = fingerprint_of(server)
    weechat = WeeChat(home, server.tls_port, "hello from weechat", fingerprint=fingerprint, settings=settings)
    closing.callback(weechat.close)
    return weechat


@needs("weechat-headless")
@pytest.mark.parametrize("mechanism", ["plain", "scram-sha-256", "scram-sha-512"])
def test_weechat_by_password(server: Server, bob: Client, home: Path, closing: ExitStack, mechanism: str) -> None:
    settings = [f"sasl_mechanism {mechanism}", "sasl_username wee", f"sasl_password {PASSWORD}", "sasl_fail disconnect"]
    weechat = WeeChat(
        home, server.tls_port, "hello from weechat", fingerprint=fingerprint_of(server), settings=settings
    )
    closing.callback(weechat.close)
    talk(weechat, bob)


@needs("weechat-headless")
def test_weechat_by_certificate(stage: Stage, server: Server, bob: Client, home: Path, closing: ExitStack) -> None:
    """ "EXTERNAL": the certificate is one that its owner has told NickServ of."""
    certificate = home / "wee.pem"
    pem = make_certificate("wee", dt.datetime.now(dt.UTC))
    certificate.write_bytes(pem)
    text = pem.decode()
    der = ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERT") : text.index("-----END CERT")] + ssl.PEM_FOOTER)
    owner = stage.connect(server.port).join("owner")
    owner.say(f"NS IDENTIFY wee {PASSWORD}", f"NS CERT ADD {hashlib.sha256(der).hexdigest()}", "QUIT")
    assert any("logs in to wee from now on" in line for line in owner.rest())
    settings = ["sasl_mechanism external", f"ssl_cert {certificate}", "sasl_fail disconnect"]
    weechat = WeeChat(
        home, server.tls_port, "hello from weechat", fingerprint=fingerprint_of(server), settings=settings
    )
    closing.callback(weechat.close)
    talk(weechat, bob)


@needs("weechat-headless")
def test_weechat_with_a_wrong_password(server: Server, bob: Client, home: Path, closing: ExitStack) -> None:
    """It is told that it has failed, and takes another nick than the account's."""
    settings = ["sasl_mechanism plain", "sasl_username wee", "sasl_password wrong-horse", "sasl_fail continue"]
    settings += ["nicks wee,stranger"]
    weechat = WeeChat(
        home, server.tls_port, "hello from weechat", fingerprint=fingerprint_of(server), settings=settings
    )
    closing.callback(weechat.close)
    bob.until(":stranger!")
    bob.say("WHOIS stranger")
    assert not any(" 330 " in line for line in bob.until(" 318 bob stranger "))


IRSSI = """
servers = ({{
  address = "127.0.0.1"; chatnet = "chat"; port = "{port}"; autoconnect = "yes";
  use_tls = "yes"; tls_verify = "no"; tls_pinned_cert = "{fingerprint}";
}});
chatnets = {{
  chat = {{ type = "IRC"; sasl_mechanism = "plain"; sasl_username = "iris"; sasl_password = "{password}"; }};
}};
"""


@needs("irssi", "tmux")
def test_irssi_by_password(server: Server, bob: Client, home: Path, closing: ExitStack) -> None:
    fingerprint = server.wait_for("listening with TLS")["sha256"]
    config = IRSSI.format(port=server.tls_port, fingerprint=fingerprint, password=PASSWORD)
    irssi = Irssi(home, server.tls_port, config=config)
    closing.callback(irssi.close)
    wait_until(irssi.seen, "SASL authentication succeeded")
    wait_until(irssi.seen, "There is no message of the day")
    irssi.type("/join #lobby")
    must_be(bob, "iris")
    wait_until(irssi.seen, "Join to #lobby was synced")
    bob.say("PRIVMSG #lobby :hello from bob")
    wait_until(irssi.seen, "hello from bob")
    irssi.type("hello from irssi")
    bob.until(" PRIVMSG #lobby :hello from irssi")
    irssi.type("/quit")
    bob.until(" QUIT :")
