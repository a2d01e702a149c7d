"""Words a problem with a setting, in one line: where, what was found, what is expected."""

import json
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args, get_origin

from msgspec import Meta

_LONGEST_QUOTE = 60


class ConfigError(Exception):
    """The settings cannot be used. The text is for people: one line for each problem, without secrets."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Given(NamedTuple):
    """A value as it was given."""

    value: object
    where: str
    """For example ``/etc/trialogue.toml: limits.nick_length``, or the variable's name."""
    written: str
    """The setting as it is written there, up to its value: ``nick_length = ``."""


def must_be(given: Given, wanted: str, secret: bool, example: object) -> str:
    """Return the line for a value that is not valid; ``example`` is one that would be."""
    found = "not usable" if secret else quote(given.value)
    proposal = "…" if secret else _bare(given, example)
    return f"{given.where} is {found}, but must be {wanted}. Write for example: {given.written}{proposal}"


def quote(value: object) -> str:
    """Return a value as TOML writes it; tables and dates are named, and long values cut."""
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        text = "[" + ", ".join(json.dumps(item, ensure_ascii=False) for item in value) + "]"
    elif isinstance(value, (str, bool, int)):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, float):
        text = repr(value)
    else:
        return {"dict": "a table", "list": "a list"}.get(type(value).__name__, f"a {type(value).__name__}")
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def expectation(kind: Any) -> str:
    """Return what a field of this type takes."""
    meta = metadata(kind)
    if meta is not None and meta.description is not None:
        return meta.description
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(quote(choice) for choice in get_args(kind))
    return (
        "a list of any of " + expectation(get_args(kind)[0]).removeprefix("one of ")
        if get_origin(kind) is tuple
        else "of another type"
    )


def metadata(kind: Any) -> Meta | None:
    """Return the metadata of an annotated type."""
    return next((note for note in getattr(kind, "__metadata__", ()) if isinstance(note, Meta)), None)


def marked(kind: Any, mark: str) -> bool:
    """Return whether the type is marked with this, such as "secret" or "path"."""
    meta = metadata(kind)
    return meta is not None and bool((meta.extra or {}).get(mark))


def _bare(given: Given, example: object) -> str:
    text = quote(example)
    return text.strip('"') if given.written.endswith("=") else text
