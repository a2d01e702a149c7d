"""The names of capabilities, and the lists of CAP."""

import string

from hypothesis import given
from hypothesis import strategies as st

from ircwire.caps import format_caps, pack_caps, parse_caps

NAME = string.ascii_lowercase + string.digits + "-./"
names = st.text(NAME, min_size=1)
capabilities = st.dictionaries(names, st.text(NAME + ",=", max_size=10))


@given(capabilities)
def test_a_written_list_reads_back(these: dict[str, str]) -> None:
    assert parse_caps(" ".join(format_caps(these))) == these


@given(capabilities, st.integers(20, 100))
def test_a_list_over_several_lines_reads_back(these: dict[str, str], size: int) -> None:
    """If the reply contains multiple lines (due to IRC line length limitations) […]

    https://ircv3.net/specs/extensions/capability-negotiation#multiline-replies-to-cap-ls-and-cap-list
    """
    assert parse_caps(" ".join(pack_caps(format_caps(these), size))) == these


@given(capabilities)
def test_without_values_only_the_names_are_written(these: dict[str, str]) -> None:
    """If a client has not indicated support for `CAP LS 302` features, the server MUST NOT send these new features to
    the client.

    https://ircv3.net/specs/extensions/capability-negotiation#cap-ls-version
    """
    assert format_caps(these, values=False) == list(these)


def test_an_empty_list_is_one_empty_line() -> None:
    """If no capabilities are available, an empty parameter MUST be sent.

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ls-subcommand
    """
    assert pack_caps([], 100) == [""]


def test_spaces_at_the_end_count_for_nothing() -> None:
    """Clients MUST ignore any trailing whitespace.

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-command
    """
    assert parse_caps("multi-prefix sasl=PLAIN,EXTERNAL  ") == {"multi-prefix": "", "sasl": "PLAIN,EXTERNAL"}
    assert parse_caps(" ") == {}


def test_a_list_is_read_from_left_to_right() -> None:
    """The list of capabilities MUST be parsed and processed from left to right and capabilities SHOULD only be sent
    once per command. If a capability with values is sent multiple times, the last one received takes priority.

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-command
    """
    assert parse_caps("sasl=PLAIN batch sasl=EXTERNAL")["sasl"] == "EXTERNAL"
    assert list(parse_caps("batch -batch batch")) == ["-batch", "batch"]
