"""How is a bad setting told to the person who wrote it? One line each: where, what was found, what is expected."""

import json
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args, get_origin

from msgspec import Meta

_LONGEST_QUOTE = 60


class ConfigError(Exception):
    """The settings cannot be used. The text is for people: one line for each problem, and no secret in it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Given(NamedTuple):
    """A value as somebody gave it."""

    value: object
    where: str
    """Such as ``/etc/trialogue.toml: limits.nick_length``, or the variable's name."""
    written: str
    """How the setting is written there, up to its value: ``nick_length = ``."""


def must_be(given: Given, wanted: str, secret: bool, example: object) -> str:
    """Write the line for a value that is not what it must be; ``example`` is one that would do."""
    found = "not usable" if secret else quote(given.value)
    proposal = "…" if secret else _bare(given, example)
    return f"{given.where} is {found}, but must be {wanted}. Write for example: {given.written}{proposal}"


def quote(value: object) -> str:
    """Show a value as TOML writes it; tables, dates and whatever is long are only named or cut."""
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
    """Say what a field of this type takes."""
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
    """Return what an annotated type says about itself."""
    return next((note for note in getattr(kind, "__metadata__", ()) if isinstance(note, Meta)), None)


def marked(kind: Any, mark: str) -> bool:
    """Is the type marked with this, such as "secret" or "path"?"""
    meta = metadata(kind)
    return meta is not None and bool((meta.extra or {}).get(mark))


def _bare(given: Given, example: object) -> str:
    text = quote(example)
    return text.strip('"') if given.written.endswith("=") else text
