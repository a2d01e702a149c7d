"""cap-notify: what is offered may change.

https://ircv3.net/specs/extensions/capability-negotiation#the-cap-new-subcommand
"""

from typing import Any

import msgspec

from tests.support.irc import Client, Irc
from trialogue_server.config import Config
from trialogue_server.session.capabilities import ACCOUNT_NOTIFY, names

STS = {"enabled": True, "sts": True, "sts_duration": 60}


def rehash(irc: Irc, **settings: dict[str, Any]) -> None:
    """Have other settings come into force."""
    irc.change_settings(msgspec.convert(settings, Config))


def told(client: Client) -> list[list[str]]:
    return [message.params for message in client.read()]


def test_new_capabilities_are_announced_with_values() -> None:
    """ "When enabled, the server MUST notify the client about all new capabilities and about existing capabilities that
    are no longer available" "If the client supports CAP version 302, the capabilities SHOULD be listed with values"

    https://ircv3.net/specs/extensions/capability-negotiation#cap-notify
    """
    irc = Irc(accounts={"registration": False})
    alice = irc.connect("alice", "account-notify")
    early = irc.open()
    early.ask("CAP LS 302")
    rehash(irc, accounts={"registration": True, "email_required": True, "before_connect": False})
    assert told(alice) == [["alice", "NEW", "draft/account-registration=email-required"]]
    assert told(early) == [["*", "NEW", "draft/account-registration=email-required"]]


def test_a_changed_value_is_announced() -> None:
    """ "The NEW subcommand signals that the server supports one or more new capabilities, and may be sent at any time."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-new-subcommand
    """
    irc = Irc()
    alice, old = irc.connect("alice", "account-notify"), irc.open()
    old.send("CAP REQ cap-notify", "NICK old", "USER o 0 * :O", "CAP END")
    old.read()
    rehash(irc, limits={"multiline_lines": 7})
    assert told(alice) == [["alice", "NEW", "draft/multiline=max-bytes=4096,max-lines=7"]]
    assert told(old) == []


def test_what_is_gone_is_cancelled() -> None:
    """ "Servers MUST cancel any capability-specific behavior for a client after sending the CAP DEL message to the
    client."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-del-subcommand
    """
    irc = Irc()
    alice = irc.connect("alice", "draft/account-registration", "account-notify")
    assert "draft/account-registration" in names(alice.session.caps)
    rehash(irc, accounts={"registration": False})
    assert told(alice) == [["alice", "DEL", "draft/account-registration"]]
    assert "draft/account-registration" not in names(alice.session.caps)
    assert alice.session.caps & ACCOUNT_NOTIFY
    assert alice.ask("CAP REQ draft/account-registration")[0].params[1] == "NAK"


def test_without_the_capability_nothing_is_said() -> None:
    """ "The NEW subcommand MUST ONLY be sent to clients that have negotiated CAP version 302 or enabled the cap-notify
    capability."

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-new-subcommand
    """
    irc = Irc()
    plain, old = irc.connect("plain"), irc.open()
    old.send("CAP LS", "NICK old", "USER o 0 * :O", "CAP END")
    old.read()
    rehash(irc, history={"enabled": False})
    assert (plain.lines(), old.lines()) == ([], [])


def test_sts_is_never_taken_back() -> None:
    """ "Servers MUST NOT send CAP DEL to disable this capability"

    https://ircv3.net/specs/extensions/sts#mechanism
    """
    irc = Irc(tls=STS)
    alice = irc.connect("alice", "account-notify", secure=True)
    rehash(irc, tls=STS | {"sts": False})
    assert told(alice) == []
    rehash(irc, tls=STS)
    assert told(alice) == [["alice", "NEW", "sts=duration=60"]]


def test_where_the_server_listens_does_not_change() -> None:
    """ "If the client is not already connected securely … it MUST close the insecure connection and reconnect securely
    on the stated port", so nobody may be sent to a port on which nobody listens before the next start.

    https://ircv3.net/specs/extensions/sts#the-port-key
    """
    irc = Irc()
    alice = irc.connect("alice", "account-notify")
    rehash(irc, tls=STS)
    assert told(alice) == []


def test_nothing_changes_nothing_is_said(irc: Irc) -> None:
    """ "When enabled, the server MUST notify the client about all new capabilities…"

    https://ircv3.net/specs/extensions/capability-negotiation#cap-notify
    """
    alice = irc.connect("alice", "account-notify")
    rehash(irc)
    assert told(alice) == []
