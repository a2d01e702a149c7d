"""An e-mail goes to one address, whatever stands where it should."""

import pytest

from trialogue_server.config.schema import MailSection
from trialogue_server.net import smtp
from trialogue_server.net.smtp import Email, send_mail

SETTINGS = MailSection(host="mail.example", sender="chat@example.org", tls="none")


class Sent:
    """A mail server that remembers who was written to."""

    def __init__(self) -> None:
        self.to: list[list[str]] = []
        self.headers: list[str] = []

    def __call__(self, _settings: MailSection) -> "Sent":
        return self

    def __enter__(self) -> "Sent":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def send_message(self, message: object, to_addrs: list[str]) -> None:
        """Take a message."""
        self.to.append(to_addrs)
        self.headers.append(str(message))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Everything that would be sent."""
    found = Sent()
    monkeypatch.setattr(smtp, "_connect", found)
    return found


def test_one_is_written_to(sent: Sent) -> None:
    assert send_mail(SETTINGS, Email("a@x.org", "Subject", "text")) == ""
    assert sent.to == [["a@x.org"]]


LIST = "a@x.org,b@y.org"
NOT_ONE = [LIST, "a@x.org, b@y.org", "a@x.org;b@y.org", "a@x.org\r\nBcc: b@y.org", "a@x.org\nb", "A <a@x.org>", ""]


@pytest.mark.parametrize("to", NOT_ONE)
def test_nobody_is_where_it_says_anything_else(sent: Sent, to: str) -> None:
    assert send_mail(SETTINGS, Email(to, "Subject", "text")) != ""
    assert sent.to == []


def test_nothing_is_put_into_the_header(sent: Sent) -> None:
    assert send_mail(SETTINGS, Email("a@x.org", "Subject\r\nBcc: b@y.org", "text")) != ""
    assert sent.to == []
