"""Mode strings: the changes that they stand for."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ircwire.modes import ModeChange, ModeKinds, format_modes, parse_modes

KINDS = ModeKinds(lists="beI", always="k", when_set="l", never="imnst", prefixes="ov")


def change(add: bool, mode: str, param: str) -> ModeChange:
    return ModeChange(add, mode, param if KINDS.takes_param(mode, add=add) else None)


changes = st.lists(st.builds(change, st.booleans(), st.sampled_from("beIklimnstov"), st.text(min_size=1)))


@given(changes)
def test_written_changes_read_back(these: list[ModeChange]) -> None:
    text, *params = format_modes(these)
    assert parse_modes(text, params, KINDS) == these


@given(st.text("+-beIklimnstovxy"), st.lists(st.text()))
def test_any_mode_string_has_one_change_for_each_letter(text: str, params: list[str]) -> None:
    these = parse_modes(text, params, KINDS)
    assert [these.mode for these in these] == [char for char in text if char not in "+-"]
    used = [change.param for change in these if change.param is not None]
    assert used == params[: len(used)]


@given(changes)
def test_a_sign_stands_only_where_it_changes(these: list[ModeChange]) -> None:
    text = format_modes(these)[0]
    signs = [char for char in text if char in "+-"]
    assert all(one != other for one, other in pairwise(signs))
    assert not text.endswith(("+", "-"))


@pytest.mark.parametrize(
    ("mode", "when_set", "when_unset"), [("b", True, True), ("k", True, True), ("l", True, False), ("i", False, False)]
)
def test_the_four_types(mode: str, when_set: bool, when_unset: bool) -> None:
    """Type A: […] MUST always have a parameter when sent from the server to a client. Type B: […] MUST always have a
    parameter. Type C: […] MUST have a parameter when being set, and MUST NOT have a parameter when being unset. Type D:
    […] MUST NOT have a parameter.

    https://modern.ircdocs.horse/#mode-message
    """
    assert KINDS.takes_param(mode, add=True) is when_set
    assert KINDS.takes_param(mode, add=False) is when_unset


def test_parameters_are_taken_in_order() -> None:
    """For type A, B, and C modes, arguments will be sequentially obtained from `<mode arguments>`.

    https://modern.ircdocs.horse/#mode-message
    """
    assert parse_modes("-bl+ik-v+o", ["*@192.168.0.1", "key", "dan", "bunny"], KINDS) == [
        ModeChange(False, "b", "*@192.168.0.1"),
        ModeChange(False, "l"),
        ModeChange(True, "i"),
        ModeChange(True, "k", "key"),
        ModeChange(False, "v", "dan"),
        ModeChange(True, "o", "bunny"),
    ]


def test_a_missing_parameter_is_told() -> None:
    """If a type B or C mode does not have a parameter when being set, the server MUST ignore that mode. If a type A
    mode has been sent without an argument, the contents of the list MUST be sent to the user […].

    https://modern.ircdocs.horse/#mode-message
    """
    assert parse_modes("+kb", ["key"], KINDS) == [ModeChange(True, "k", "key"), ModeChange(True, "b", None)]
    assert parse_modes("b", [], KINDS) == [ModeChange(True, "b", None)]
