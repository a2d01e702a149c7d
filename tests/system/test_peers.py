"""IRC clients that people have, from Debian's packages: they connect, join, talk and leave."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.peers import Irssi, WeeChat, needs, wait_until
from tests.system.conftest import Stage

pytestmark = [pytest.mark.system, pytest.mark.peers]


def talk_with_weechat(weechat: WeeChat, bob: Client) -> None:
    bob.until(":wee!")
    bob.say("PRIVMSG #lobby :hello from bob")
    wait_until(weechat.seen, "hello from bob")
    weechat.say()
    bob.until(" PRIVMSG #lobby :hello from weechat")
    weechat.quit()
    bob.until(" QUIT :")


@needs("weechat-headless")
def test_weechat(stage: Stage, home: Path, closing: ExitStack) -> None:
    server = stage.serve()
    bob = stage.connect(server.port).join("bob", "#lobby")
    weechat = WeeChat(home, server.port, "hello from weechat")
    closing.callback(weechat.close)
    talk_with_weechat(weechat, bob)


@needs("weechat-headless")
def test_weechat_over_tls_knows_the_server_by_its_fingerprint(stage: Stage, home: Path, closing: ExitStack) -> None:
    server = stage.serve("--tls-port", "0")
    bob = stage.connect(server.tls_port, tls=True).join("bob", "#lobby")
    fingerprint = server.wait_for("listening with TLS")["sha256"].replace(":", "").lower()
    weechat = WeeChat(home, server.tls_port, "hello from weechat", fingerprint=fingerprint)
    closing.callback(weechat.close)
    talk_with_weechat(weechat, bob)
    assert server.logged("connected", tls=True, session=2)


@needs("irssi", "tmux")
def test_irssi(stage: Stage, home: Path, closing: ExitStack) -> None:
    server = stage.serve(server_motd="Welcome, whoever you are.")
    bob = stage.connect(server.port).join("bob", "#lobby")
    irssi = Irssi(home, server.port)
    closing.callback(irssi.close)
    wait_until(irssi.seen, "Welcome, whoever you are.")
    irssi.type("/join #lobby")
    bob.until(":iris!")
    wait_until(irssi.seen, "Join to #lobby was synced")
    bob.say("PRIVMSG #lobby :hello from bob")
    wait_until(irssi.seen, "hello from bob")
    irssi.type("hello from irssi")
    bob.until(" PRIVMSG #lobby :hello from irssi")
    irssi.type("/msg bob and hello to you alone")
    bob.until(" PRIVMSG bob :and hello to you alone")
    irssi.type("/quit goodbye")
    assert "goodbye" in bob.until(" QUIT :")[-1]
    deadline = time.monotonic() + PATIENCE
    while irssi.is_running:
        assert time.monotonic() < deadline, irssi.seen()
