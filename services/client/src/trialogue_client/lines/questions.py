"""The prompt: where plain text goes, or a question, which the next line answers."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from trialogue_client.core.commands.actions import UsageError
from trialogue_client.engine.networks import Networks
from trialogue_client.lines.network import LineNetwork
from trialogue_client.lines.screen import Screen


@dataclass(frozen=True, slots=True, eq=False)
class LineQuestion:
    """A question in front of the input."""

    prompt: str
    answer: Callable[[str], str | None]
    """Takes what was typed. Returns None, or what was typed if that was no answer but something to be said."""
    hidden: bool = False
    """Whether nothing is to be seen of what is typed."""


_YES, _NO = ("y", "yes"), ("n", "no", "")


def is_yes(text: str) -> bool:
    """Return whether an answer means yes; everything else means no."""
    return text.strip().lower() in _YES


def consent(question: str, decide: Callable[[bool], None]) -> LineQuestion:
    """Return a question that is answered by yes or no; another answer means no, and is said as well."""

    def answered(text: str) -> str | None:
        yes = is_yes(text)
        decide(yes)
        return None if yes or text.strip().lower() in _NO else text

    return LineQuestion(f"{question} (yes or no): ", answered)


class Questions:
    """The open questions; the first of them is on the screen."""

    def __init__(self, screen: Screen, networks: Networks[LineNetwork]) -> None:
        self._screen = screen
        self._networks = networks
        self._open: deque[LineQuestion] = deque()

    @property
    def asked(self) -> bool:
        """Whether anything is asked."""
        return bool(self._open)

    def prompt(self) -> None:
        """Show what is asked, or where plain text goes, in front of the input."""
        current = self._networks.current
        server = f"{self._networks.label(current)} " if self._networks.several else ""
        self._screen.prompt(self._open[0].prompt if self._open else f"{server}{current.prompt}> ")

    def ask(self, question: LineQuestion) -> None:
        """Ask this, after what is being asked. Raises UsageError if it cannot be asked here."""
        if not self._screen.asks or (question.hidden and not self._screen.hide(on=True)):
            raise UsageError("A password can only be asked for at a terminal, where it can be hidden.")
        self._open.append(question)
        self._hide()
        self.prompt()

    def withdraw(self, question: LineQuestion) -> None:
        """Do not want to know it any more."""
        if question in self._open:
            self._open.remove(question)
            self._hide()

    def answered(self, text: str) -> str | None:
        """Take in a line; return what of it answers nothing. What the answer leads to may ask further."""
        question = self._open.popleft()
        self._hide()
        return question.answer(text)

    def _hide(self) -> None:
        self._screen.hide(on=bool(self._open) and self._open[0].hidden)
