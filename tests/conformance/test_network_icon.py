"""network-icon: a picture of the network.  https://ircv3.net/specs/extensions/network-icon (work in progress)"""

import pytest

from tests.support.irc import Irc
from trialogue_server.config import ConfigError
from trialogue_server.config.load import load


def tokens(irc: Irc) -> list[str]:
    return [param for message in irc.connect("alice").ask("ISUPPORT") for param in message.params[1:-1]]


def test_the_icon_is_announced() -> None:
    """ "If a server publishes a draft/ICON ISUPPORT token, the value MUST be a URL to an image."

    https://ircv3.net/specs/extensions/network-icon#the-drafticon-isupport-token
    """
    assert "draft/ICON=https://example.org/icon.svg" in tokens(Irc(server={"icon": "https://example.org/icon.svg"}))


def test_a_size_can_be_asked_for() -> None:
    r""" "The URL MAY contain the {size} template variable". "=" is written \x3D in values of RPL_ISUPPORT.

    https://ircv3.net/specs/extensions/network-icon#the-drafticon-isupport-token
    https://modern.ircdocs.horse/#rplisupport-005
    """
    irc = Irc(server={"icon": "https://example.net/icon.png?size={size}"})
    assert r"draft/ICON=https://example.net/icon.png?size\x3D{size}" in tokens(irc)


def test_without_one_there_is_no_token(irc: Irc) -> None:
    """ "If a server publishes a draft/ICON ISUPPORT token…"

    https://ircv3.net/specs/extensions/network-icon#the-drafticon-isupport-token
    """
    assert not any("ICON" in token for token in tokens(irc))


@pytest.mark.parametrize("icon", ["icon.png", "https://", "https://example.org/my icon.png", "javascript:alert(1)"])
def test_what_is_no_address_is_refused(icon: str) -> None:
    """ "…the value MUST be a URL to an image."

    https://ircv3.net/specs/extensions/network-icon#the-drafticon-isupport-token
    """
    with pytest.raises(ConfigError, match="address of a picture"):
        load(None, {"TRIALOGUE_SERVER_ICON": icon})
