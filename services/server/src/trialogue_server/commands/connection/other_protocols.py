"""Rejects connections that speak HTTP or TLS instead of IRC, with one sentence.

A web page may make any browser send a request to any port. The lines of its body must not be taken for commands: they
would come from inside the network that the browser is in.
"""

import re

from trialogue_server.commands.connection.departure import close
from trialogue_server.commands.core import Core
from trialogue_server.session.session import Session

_METHOD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rf"{_METHOD} +\S+ +HTTP/\d(\.\d)?\s*")
"""https://www.rfc-editor.org/rfc/rfc9112#section-3"""
_HOST_FIELD = re.compile(r"host *:.*", re.IGNORECASE)
"""A header of every browser request, also where the request line is too long to be read."""


def reject_http(core: Core, session: Session, line: str) -> bool:
    """Close a connection that sends an HTTP request before it has registered; return whether it did."""
    if session.user is not None or not (_REQUEST_LINE.fullmatch(line) or _HOST_FIELD.fullmatch(line)):
        return False
    text = f"This is a chat server ({core.config.server.network}), not a web server: use an IRC client"
    close(session, text, cause="HTTP request")
    return True


def refuse_tls(core: Core, session: Session) -> None:
    """Close a connection without TLS whose peer speaks TLS."""
    tls = core.config.tls
    where = f"TLS is on port {tls.port}" if tls.enabled and tls.port else "connect without TLS"
    close(session, f"This port does not speak TLS: {where}", cause="TLS on the port for plain text")
