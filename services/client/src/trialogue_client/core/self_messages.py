"""A message to ourselves comes back twice: as the echo, and as a message that we received."""

from collections import deque

_REMEMBERED = 100


class SelfMessageCopies:
    """Tells which copy is the second one."""

    def __init__(self) -> None:
        self._awaited: deque[str] = deque(maxlen=_REMEMBERED)
        """Texts of which a second copy is to come: the first is on the screen, or will be."""
        self._seen: deque[str] = deque(maxlen=_REMEMBERED)
        """Ids, or texts without one, of which the first copy has come."""

    def sent(self, text: str) -> None:
        """Note that we have said this to ourselves on this connection."""
        self._awaited.append(text)

    def is_second(self, text: str, msgid: str, *, echoes: bool, labelled: bool, labels: bool) -> bool:
        """Return whether this is shown already. `echoes`: the server sends an echo; `labels`: a labelled one."""
        if echoes and msgid:
            return self._is_known(msgid)
        if text not in self._awaited or labelled:
            return False
        if not echoes or labels or text in self._seen:
            self._awaited.remove(text)
            if text in self._seen:
                self._seen.remove(text)
            return True
        self._seen.append(text)
        return False

    def _is_known(self, msgid: str) -> bool:
        known = msgid in self._seen
        if not known:
            self._seen.append(msgid)
        return known
