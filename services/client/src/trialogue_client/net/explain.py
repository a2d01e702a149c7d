"""Says why there is no connection, in one sentence that says what to do."""

import errno
import socket

from trialogue_client.address import Endpoint
from trialogue_client.core.connection import DialError


def silent(endpoint: Endpoint) -> DialError:
    """Return the error for a server that took the connection and says nothing."""
    advice = "" if endpoint.tls else ", or with --tls if this port expects TLS"
    return DialError(
        f"{endpoint} took the connection but does not answer: check that it is a chat server{advice}.", passing=True
    )


def no_answer(endpoint: Endpoint) -> DialError:
    """Return the error for a server that no longer answers."""
    return DialError(f"{endpoint} no longer answers.", passing=True)


def hung_up(endpoint: Endpoint) -> DialError:
    """Return the error for a server that closes before it has said a word."""
    advice = "" if endpoint.tls else "; if this port expects TLS, add --tls"
    return DialError(f"{endpoint} closed the connection without a word{advice}.", passing=True)


def password(*, given: bool) -> str:
    """Return the sentence for a server that lets nobody in without its password."""
    if given:
        return "The server does not accept its own password: check the file of --server-password-file."
    return "The server itself wants a password: give it in TRIALOGUE_SERVER_PASSWORD or by --server-password-file."


def may_expose(endpoint: Endpoint) -> str:
    """Return the question whether the server's password may go over a connection that is not encrypted."""
    return (
        f"The connection to {endpoint} would not be encrypted: whoever is in between could read the server's password. "
        "Send it in clear all the same? (Without it, choose TLS.)"
    )


def exposed(endpoint: Endpoint) -> DialError:
    """Return the error for a server's password that others could read on its way."""
    return DialError(
        f"The connection to {endpoint} is not encrypted, so others could read the server's password on its way, and it "
        "was not sent: connect by TLS (--tls), or start with --plain-secrets where you trust the network."
    )


def speaks_tls(endpoint: Endpoint) -> DialError:
    """Return the error for plain text spoken to a TLS port."""
    return DialError(f"{endpoint} expects TLS: add --tls.")


def no_tls(endpoint: Endpoint) -> DialError:
    """Return the error for TLS spoken to a plain-text port."""
    return DialError(f"{endpoint} does not offer TLS on this port: leave out --tls, or give its TLS port (often 6697).")


def timed_out(endpoint: Endpoint) -> DialError:
    """Return the error for an address that does not answer at all."""
    return DialError(
        f"{endpoint} does not answer: check the address, and whether a firewall is in the way.", passing=True
    )


def name_unknown(endpoint: Endpoint, error: socket.gaierror) -> DialError:
    """Return the error for a host name that has no address."""
    if error.errno == socket.EAI_AGAIN:
        return DialError(
            f"The name {endpoint.host} could not be looked up just now: check the name and your network.", passing=True
        )
    return DialError(f"There is no host of the name {endpoint.host}: check its spelling.", passing=True)


def local_port_taken(endpoint: Endpoint) -> DialError:
    """Return the error for a LOCAL_PORT that is in use."""
    return DialError(
        f"Local port {endpoint.local_port} is already in use on this machine: choose another, or leave it out.",
        passing=True,
    )


def local_port_forbidden(endpoint: Endpoint) -> DialError:
    """Return the error for a LOCAL_PORT that needs privileges."""
    return DialError(f"Local port {endpoint.local_port} needs administrator rights: choose one above 1023.")


def failed(endpoint: Endpoint, error: OSError) -> DialError:
    """Return the error for a connection that the system could not make."""
    if error.errno == errno.EADDRNOTAVAIL and endpoint.local_port is not None:
        return local_port_taken(endpoint)
    sentence = _SENTENCES.get(error.errno or 0)
    if sentence is None:
        return DialError(f"No connection to {endpoint}: {error.strerror or error}.", passing=True)
    return DialError(sentence.format(endpoint), passing=True)


_REFUSED = "{} refused the connection: check that the server is running and that the port is right."
_UNREACHABLE = "{} cannot be reached from here: check the address and your network."
_SENTENCES = {
    errno.ECONNREFUSED: _REFUSED,
    errno.ENETUNREACH: _UNREACHABLE,
    errno.EHOSTUNREACH: _UNREACHABLE,
    errno.ETIMEDOUT: "{} does not answer: check the address, and whether a firewall is in the way.",
    errno.ECONNRESET: "{} cut the connection: check that it is a chat server.",
    errno.EADDRNOTAVAIL: "{} is no address that this machine can connect to: check it.",
}
