"""A password that is asked for on a line of its own, unseen."""

from trialogue_client.core.commands.actions import Action, AskSecret
from trialogue_client.wording.row import Mark

_AGAIN = "Once more, to be sure: "


class Declined(Exception):  # noqa: N818 - says what happened
    """Nothing is done; the text says why, and `mark` whether that is trouble."""

    def __init__(self, mark: Mark, text: str) -> None:
        super().__init__(text)
        self.mark = mark


class Secret:
    """One question. A new password is asked for twice."""

    def __init__(self, question: AskSecret) -> None:
        self._question = question
        self._first: str | None = None

    @property
    def prompt(self) -> str:
        """Return what to ask now."""
        return self._question.question if self._first is None else _AGAIN

    def wants_more(self, text: str) -> bool:
        """Take in an answer; True if it is to be given once more."""
        if not text or not self._question.twice or self._first is not None:
            return False
        self._first = text
        return True

    def actions(self, text: str) -> list[Action]:
        """Return what the last answer leads to; an empty one means that the person thinks better of it.

        Raises Declined.
        """
        if not text:
            raise Declined(Mark.EVENT, "Nothing was done.")
        if self._first is not None and self._first != text:
            raise Declined(Mark.TROUBLE, "Those were two different passwords; nothing was done.")
        return self._question.then(text)
