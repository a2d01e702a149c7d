"""IRCv3 on the wire: what is true of any IRC peer, server or client.

No I/O, no clock, no dependencies. One question per module:

    framing     where does a line end, and is it too long?
    message     what does a line say?
    tags        what stands in its message tags?
    source      who sent it, and does a mask match them?
    casemap     are two names the same name?
    folding     do two texts read the same?
    modes       what does a mode string change?
    caps        which capabilities are there, and how are they listed?
    isupport    what does the server tell about itself?
    numerics    which number means what?
    text        how does text fit into a line?
    multiline   what do the lines of a multiline batch make together?
    errors      what is wrong with it?
"""

from ircwire.errors import FormatError, ParseError
from ircwire.framing import LineFramer, TooLong
from ircwire.message import Message, parse

__all__ = ["FormatError", "LineFramer", "Message", "ParseError", "TooLong", "parse"]
