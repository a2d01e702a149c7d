"""sts: clients are told to use TLS.  https://ircv3.net/specs/extensions/sts (ratified)"""

import pytest

from ircwire.caps import parse_caps
from tests.support.irc import Client, Irc, params
from trialogue_server.config import ConfigError
from trialogue_server.config.load import load

SETTINGS = {"enabled": True, "port": 6697, "sts": True, "sts_duration": 86_400}


def offered(client: Client, line: str = "CAP LS 302") -> dict[str, str]:
    return parse_caps(" ".join(answer[-1] for answer in params(client.ask(line), "CAP")))


def test_who_comes_without_tls_is_told_the_port() -> None:
    """ "An STS capability advertised on an insecure connection with at least a port key present expresses an STS
    upgrade policy" "To enforce an STS upgrade policy, servers MUST send this key to non-securely connected clients."

    https://ircv3.net/specs/extensions/sts#the-port-key
    """
    assert offered(Irc(tls=SETTINGS).open())["sts"] == "port=6697"
    assert offered(Irc(tls=SETTINGS | {"sts_port": 443}).open())["sts"] == "port=443"


def test_who_comes_with_tls_is_told_for_how_long() -> None:
    """ "To enforce an STS persistence policy, servers MUST send this key to securely connected clients."
    "The value of this key MUST be given as a single integer which represents the number of seconds"

    https://ircv3.net/specs/extensions/sts#the-duration-key
    """
    assert offered(Irc(tls=SETTINGS).open(secure=True))["sts"] == "duration=86400"


def test_a_policy_can_be_taken_back() -> None:
    """ "A duration value of 0 indicates an immediate expiry of the STS persistence policy."

    https://ircv3.net/specs/extensions/sts#the-duration-key
    """
    assert offered(Irc(tls=SETTINGS | {"sts_duration": 0}).open(secure=True))["sts"] == "duration=0"


@pytest.mark.parametrize("missing", [{"sts": False}, {"enabled": False}])
def test_it_is_an_option(missing: dict[str, bool]) -> None:
    """ "In compliant server software, this capability MUST be made available as an optional configuration setting."

    https://ircv3.net/specs/extensions/sts#description
    """
    irc = Irc(tls=SETTINGS | missing)
    assert "sts" not in offered(irc.open()) | offered(irc.open(secure=True))
    assert "sts" not in offered(Irc().open())


def test_it_is_nothing_without_a_value() -> None:
    """ "When enabled, the capability has a REQUIRED value"

    https://ircv3.net/specs/extensions/sts#details
    """
    assert "sts" not in offered(Irc(tls=SETTINGS).open(), "CAP LS")


def test_it_cannot_be_requested() -> None:
    """ "Clients MUST NOT request this capability (CAP REQ). Servers MAY reply with a CAP NAK message if a client
    requests this capability."

    https://ircv3.net/specs/extensions/sts#mechanism
    """
    client = Irc(tls=SETTINGS).open()
    client.send("CAP LS 302")
    for wish in ("sts", "-sts", "multi-prefix sts"):
        assert params(client.ask(f"CAP REQ :{wish}"), "CAP")[0][1:] == ["NAK", wish]
    assert "sts" not in offered(client, "CAP LIST")


@pytest.mark.parametrize(
    "environ",
    [
        {"TRIALOGUE_TLS_STS": "true"},
        {"TRIALOGUE_TLS_STS": "true", "TRIALOGUE_TLS_ENABLED": "true", "TRIALOGUE_TLS_PORT": "0"},
    ],
)
def test_nobody_is_sent_where_nothing_is(environ: dict[str, str]) -> None:
    """ "This key's value MUST be a single port number."

    https://ircv3.net/specs/extensions/sts#the-port-key
    """
    with pytest.raises(ConfigError, match=r"false, as it sends|the port to which"):
        load(None, environ)
