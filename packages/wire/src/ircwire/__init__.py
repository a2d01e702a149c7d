"""IRCv3 on the wire: what is true of any IRC peer, server or client.

No I/O, no clock, no dependencies. The modules:

    framing     splits bytes into lines
    message     parses and formats lines
    tags        message tags
    source      sources and masks
    casemap     casemapping of names
    folding     folding of texts for search
    modes       mode strings
    caps        capability names and lists
    isupport    RPL_ISUPPORT
    numerics    numerics by name
    text        fits text into lines
    multiline   multiline batches
    websocket   WebSocket frames, and websocket_reader those of a client
    errors      exceptions
"""

from ircwire.errors import FormatError, ParseError
from ircwire.framing import LineFramer, TooLong
from ircwire.message import Message, parse

__all__ = ["FormatError", "LineFramer", "Message", "ParseError", "TooLong", "parse"]
