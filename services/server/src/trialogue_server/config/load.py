"""Loads the settings: the command line overrides the environment, that the file, that the defaults."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from trialogue_server.config.checks import check
from trialogue_server.config.environ import from_environ
from trialogue_server.config.problem import ConfigError, Given, expectation, marked, must_be
from trialogue_server.config.schema import UNBOUNDED, Config, OperatorClassSection, OperatorSection, Section
from trialogue_server.config.suggest import did_you_mean, nearest_setting
from trialogue_server.config.unreadable import reason

Name = tuple[str, str]
"""A setting: its section and its key."""

_DEFAULTS = Config()


def load(path: Path | None, environ: Mapping[str, str], overrides: Mapping[Name, object] | None = None) -> Config:
    """Return the settings from a TOML file (if any), the environment, and the command line.

    Raises ConfigError, which lists every problem and where it is.
    """
    problems: list[str] = []
    given: dict[Name, Given] = {}
    entries: dict[str, tuple[Section, ...]] = {}
    if path is not None:
        table = _read(path)
        entries = {name: _entries(path, name, table.pop(name, []), problems) for name in _LISTS}
        given.update(_from_file(path, table, problems))
    given.update(from_environ(environ, KINDS, problems))
    for (section, key), value in (overrides or {}).items():
        given[section, key] = Given(value, f"The command line: {section}.{key}", f"{key} = ")
    config = _convert(given, entries, path, problems)
    if not problems:
        problems += check(config, given)
    if problems:
        raise ConfigError(problems)
    return config


def _read(path: Path) -> dict[str, Any]:
    import tomllib  # a server without a file starts faster

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError([f"{path}: the settings file {reason(error)}."]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: the settings file is not UTF-8 text. Save it as UTF-8."]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: this is not TOML: {error}. The syntax is at https://toml.io."]) from error


def _from_file(path: Path, table: dict[str, Any], problems: list[str]) -> dict[Name, Given]:
    given: dict[Name, Given] = {}
    for section, values in table.items():
        if section in _SECTIONS and isinstance(values, dict):
            given.update(_section(path, section, values, problems))
        elif section in _SECTIONS:
            problems.append(f"{path}: {section} is a section. Write it as [{section}], with its settings below it.")
        elif isinstance(values, dict):
            hint = did_you_mean(section, [*_SECTIONS, *_LISTS]) or f" There are {', '.join(_SECTIONS)}."
            problems.append(f"{path}: [{section}] is not a section.{hint}")
        else:
            hint = nearest_setting("", section, KINDS)
            problems.append(f"{path}: {section} is not a setting, as each one stands in a section.{hint}")
    return given


def _section(path: Path, section: str, values: dict[str, Any], problems: list[str]) -> dict[Name, Given]:
    given: dict[Name, Given] = {}
    for key, value in values.items():
        if (section, key) in KINDS:
            given[section, key] = Given(value, f"{path}: {section}.{key}", f"{key} = ")
        else:
            hint = nearest_setting(section, key, KINDS)
            problems.append(f"{path}: {section}.{key} is not a setting.{hint}")
    return given


def _entries(path: Path, name: str, entries: object, problems: list[str]) -> tuple[Section, ...]:
    """Read the entries of a list of sections, such as ``[[operators]]``."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problems.append(f"{path}: {name} is a list of sections. Begin each one with [[{name}]].")
        return ()
    example = _LISTS[name]
    fields = {field.encode_name: field for field in msgspec.structs.fields(type(example))}
    sections = []
    for number, entry in enumerate(entries, start=1):
        where = f"{path}: {name} (entry {number})"
        values: dict[str, Any] = {}
        before = len(problems)
        for key, value in entry.items():
            if key not in fields:
                problems.append(f"{where}: {key} is not a setting.{did_you_mean(key, fields)}")
                continue
            field = fields[key]
            _one(Given(value, f"{where}: {key}", f"{key} = "), field.name, field.type, example, values, problems)
        problems += [f"{where}: {key} is missing." for key in fields if fields[key].required and key not in entry]
        if len(problems) == before:
            sections.append(type(example)(**values))
    return tuple(sections)


def _convert(
    given: Mapping[Name, Given], entries: Mapping[str, tuple[Section, ...]], path: Path | None, problems: list[str]
) -> Config:
    values: dict[str, dict[str, Any]] = {}
    for (section, key), setting in given.items():
        into = values.setdefault(section, {})
        _one(setting, key, KINDS[section, key], getattr(_DEFAULTS, section), into, problems)
        if path is not None and marked(KINDS[section, key], "path") and setting.where.startswith(f"{path}: "):
            into[key] = _beside(path, into.get(key, ""))
        if marked(KINDS[section, key], "size"):
            into[key] = into.get(key) or UNBOUNDED
    sections: dict[str, Any] = {section: _SECTIONS[section](**fields) for section, fields in values.items()}
    lists: dict[str, Any] = dict(entries)
    return Config(**sections, **lists)


def _one(given: Given, key: str, kind: Any, defaults: Section, values: dict[str, Any], problems: list[str]) -> None:
    try:
        values[key] = msgspec.convert(given.value, kind)
    except msgspec.ValidationError:
        problems.append(must_be(given, expectation(kind), marked(kind, "secret"), getattr(defaults, key)))


def _beside(path: Path, name: str) -> str:
    """Resolve a relative path against the file's directory, so that it means the same wherever the
    server is started.
    """
    return str(path.parent.absolute() / Path(name).expanduser()) if name else name


def _fields(section: type[Section]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(section)}


_SECTIONS: dict[str, type[Section]] = {
    name: kind for name, kind in _fields(Config).items() if isinstance(kind, type) and issubclass(kind, Section)
}
_LISTS: dict[str, Section] = {
    "operator_classes": OperatorClassSection(name="moderators"),
    "operators": OperatorSection(name="alice"),
}
"""The lists of sections, each with a valid example."""

KINDS: dict[Name, Any] = {
    (section, key): kind for section, table in _SECTIONS.items() for key, kind in _fields(table).items()
}
"""Every setting outside lists, with its annotated type."""
