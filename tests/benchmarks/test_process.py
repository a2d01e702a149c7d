"""What is read from /proc: a wrong field would not fail, it would print wrong figures."""

from __future__ import annotations

import os

import pytest

from benchmarks.process import family, parse_parent, parse_resident, resident


def test_resident_memory_is_vmrss_in_bytes() -> None:
    status = "Name:\tserver\nVmHWM:\t  999 kB\nVmRSS:\t   12345 kB\nRssAnon:\t  7 kB\n"
    assert parse_resident(status) == 12345 * 1024


def test_a_process_without_memory_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="VmRSS"):
        parse_resident("Name:\tkthreadd\nPid:\t2\n")


@pytest.mark.parametrize("name", ["server", "two words", "a) S 99 (b"])
def test_the_parent_is_found_whatever_the_command_is_called(name: str) -> None:
    assert parse_parent(f"4242 ({name}) S 17 4242 4242 0 -1 4194304") == 17


def test_a_family_has_its_head_first_and_is_complete() -> None:
    assert family(os.getpid())[0] == os.getpid()
    assert os.getpid() in family(os.getppid())
    assert resident(os.getpid()) > 2**20
