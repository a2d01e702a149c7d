"""A password that is typed unseen, in answer to a command."""

from trialogue_client.core.commands.actions import Action, AskSecret
from trialogue_client.wording.rows import RowKind


class Declined(Exception):  # noqa: N818 - says what happened
    """Nothing is done; the text says why, and `kind` whether that is trouble."""

    def __init__(self, kind: RowKind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Secret:
    """One question. A new password is asked for twice."""

    def __init__(self, question: AskSecret) -> None:
        self._question = question
        self._first: str | None = None
        self._problem = ""
        """What was wrong with the last answer, as a sentence."""

    @property
    def question(self) -> str:
        """Return what is asked, as a phrase without a colon."""
        return f"{self._problem} {self._question.question.rstrip(': ')}".strip()

    @property
    def is_repeated(self) -> bool:
        """Whether it is asked for the second time."""
        return self._first is not None

    def wants_more(self, text: str) -> bool:
        """Take in an answer; True if it is to be given once more, or a longer one instead."""
        too_short = self._first is None and 0 < len(text) < self._question.least
        self._problem = self._question.problem if too_short else ""
        if too_short:
            return True
        if not text or not self._question.twice or self._first is not None:
            return False
        self._first = text
        return True

    def actions(self, text: str) -> list[Action]:
        """Return what the last answer leads to; an empty one means that the person thinks better of it.

        Raises Declined.
        """
        if not text:
            raise Declined(RowKind.EVENT, "Nothing was done.")
        if self._first is not None and self._first != text:
            raise Declined(RowKind.TROUBLE, "These were two different passwords, so nothing was done.")
        return self._question.then(text)
