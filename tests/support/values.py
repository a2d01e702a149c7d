"""Hypothesis strategies for the structs that the server keeps, made from their annotations."""

from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import Struct

from trialogue_server.world.events import Event
from trialogue_server.world.history_limits import HistoryLimits

IDS = st.integers(1, 2**63 - 1)


def event_types(base: type[Event] = Event) -> list[type[Event]]:
    """Return every kind of event."""
    found = [base] if not base.__subclasses__() else []
    return found + [kind for each in base.__subclasses__() for kind in event_types(each)]


def structs(kind: type[Struct]) -> st.SearchStrategy[Any]:
    """Return a strategy for instances of a struct, whatever is in their fields."""
    hints = get_type_hints(kind)
    return st.builds(kind, *(values(hints[name]) for name in kind.__struct_fields__))


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for an annotation."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return st.one_of([values(each) for each in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return st.lists(values(arguments[0]), max_size=3).map(tuple)
        return st.tuples(*map(values, arguments))
    if hint is HistoryLimits:
        return st.builds(HistoryLimits, *(values(int) for _ in HistoryLimits._fields))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return structs(hint)
    plain = {
        int: st.integers(-(2**63), 2**63 - 1),
        float: st.floats(allow_nan=False),
        str: st.text(max_size=20),
        bytes: st.binary(max_size=20),
        bool: st.booleans(),
        NoneType: st.none(),
    }
    return plain[hint]
