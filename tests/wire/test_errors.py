"""Invalid lines: the peer's fault, or the caller's."""

from ircwire import FormatError, ParseError


def test_the_peers_fault_is_not_mistaken_for_ours() -> None:
    assert not issubclass(ParseError, FormatError)
    assert not issubclass(FormatError, ParseError)
    assert issubclass(ParseError, ValueError)
    assert issubclass(FormatError, ValueError)
