"""Argument parsers whose errors are one sentence that says what was meant."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from trialogue_server.config.suggest import did_you_mean

_NOT_UNDERSTOOD = 2
_UNRECOGNIZED = "unrecognized arguments: "


class Parser(argparse.ArgumentParser):
    """Exits with 2 and one sentence if the arguments are invalid."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and which option is spelled alike."""
        hint = ""
        if message.startswith(_UNRECOGNIZED):
            word = message.removeprefix(_UNRECOGNIZED).split()[0].partition("=")[0]
            hint = did_you_mean(word, set(_options(self))) if word.startswith("-") else ""
        sentence = f"{message[:1].upper()}{message[1:]}"
        if not sentence.endswith("?"):
            sentence = f"{sentence.rstrip('.')}.{hint or ' Try --help.'}"
        self.exit(_NOT_UNDERSTOOD, f"{self.prog}: {sentence}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        hint = did_you_mean(str(value), choices) or f" There are {', '.join(choices)}. Try --help."
        what = "/".join(action.option_strings) or self.prog.rpartition(" ")[2]
        self.exit(_NOT_UNDERSTOOD, f"{self.prog}: {what} takes no “{value}”.{hint}\n")


def which_server() -> argparse.ArgumentParser:
    """Return the options that say which server a subcommand is for, as a parent of its parser."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--config", type=Path, metavar="FILE", help="the settings file of the server")
    parent.add_argument("--data-dir", type=Path, metavar="DIR", help="the data directory of the server")
    return parent


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the options of a parser and of all its subcommands, which argparse tells nowhere in public."""
    for action in parser._actions:  # noqa: SLF001
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for one in action.choices.values():
                yield from _options(one)
