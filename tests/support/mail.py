"""A real SMTP server on loopback that keeps what it is given."""

from asyncio import Server
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message


class Postbox(Message):
    """Keeps what a mail server was given."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        """Keep a mail."""
        self.mails.append(message)


class MailServer(Controller):
    """On whichever port is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        start: Callable[[], None] = super()._trigger_server
        start()
