"""What tests of real sockets ask for."""

from collections.abc import Iterator

import pytest

from tests.support.ends import Ends, open_ends


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Two ends of a TCP connection, the server's and the client's, neither of which blocks."""
    ours, theirs = open_ends()
    yield ours, theirs
    ours.close()
    theirs.close()
