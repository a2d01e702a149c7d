"""Sends e-mail by the standard library, in a worker thread."""

import smtplib
import ssl
from email.message import EmailMessage
from typing import NamedTuple

from trialogue_server.config.schema import MailSection
from trialogue_server.world.names import is_email

_PATIENCE = 20.0
"""Seconds for each step of the conversation with the mail server."""


class Email(NamedTuple):
    """One e-mail."""

    to: str
    subject: str
    text: str


def send_mail(settings: MailSection, mail: Email) -> str:
    """Hand an e-mail to the mail server. Blocks; returns the error, or ""."""
    if not is_email(mail.to):  # a header would take a list
        return "That is not an e-mail address"
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = settings.sender, mail.to, mail.subject
        message.set_content(mail.text)
        with _connect(settings) as server:
            if settings.user:
                server.login(settings.user, settings.password)
            server.send_message(message, to_addrs=[mail.to])
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def _connect(settings: MailSection) -> smtplib.SMTP:
    if settings.tls == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_PATIENCE, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=_PATIENCE)
    if settings.tls == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
