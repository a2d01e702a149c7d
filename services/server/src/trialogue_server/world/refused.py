"""Refusals: how the server says no. Raised anywhere below `dispatch`, answered there."""


class Refused(Exception):  # noqa: N818 - an answer, not an error of ours
    """Becomes an error numeric; its params stand between the client's nick and the numeric's text."""

    def __init__(self, numeric: str, *params: str, text: str | None = None) -> None:
        super().__init__(numeric, *params)
        self.numeric = numeric
        self.params = params
        self.text = text
        """Replaces the numeric's usual text."""


class Failed(Exception):  # noqa: N818 - an answer, not an error of ours
    """Becomes a standard reply ``FAIL command code [context…] :text``.

    https://ircv3.net/specs/extensions/standard-replies
    """

    def __init__(self, command: str, code: str, *context: str, text: str) -> None:
        super().__init__(command, code, *context)
        self.command = command
        self.code = code
        self.context = context
        self.text = text
