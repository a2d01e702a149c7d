"""Connection profiles."""

from dataclasses import dataclass, field

from trialogue_client.address import Endpoint
from trialogue_client.core.sasl import Credentials
from trialogue_client.core.state import Identity


@dataclass(frozen=True, slots=True)
class ConnectionProfile:
    """A server, our name there, and how we prove who we are."""

    endpoint: Endpoint
    nick: str
    password: str = field(default="", repr=False)
    """Our account's; "" for not logging in."""
    account: str = ""
    """"" for that of the nick."""
    patient: bool = False
    """Whether to try again and again if the first attempt fails too."""
    keep: bool = False
    """Whether to keep the password in the key ring, once it has proved right."""
    kept: bool = False
    """Whether it is from there."""
    plain_secrets: bool = False
    """Whether somebody has said that passwords may go over a connection that is not encrypted."""

    def identity(self) -> Identity:
        """Return who we are there."""
        credentials = Credentials(self.account or self.nick, self.password) if self.password else None
        return Identity(self.nick, credentials=credentials)

    @property
    def where(self) -> str:
        """Return the server's address, for people."""
        return f"{self.endpoint}{' (TLS)' if self.endpoint.tls else ''}"
