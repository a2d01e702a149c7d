"""Keeps secrets off connections on which others can listen in, unless somebody has said that they may go there."""

from trialogue_client.core.commands.actions import Action, Register, Say, Send, UsageError

_COMMANDS = frozenset({"OPER", "PASS", "REGISTER", "AUTHENTICATE", "IDENTIFY", "CHALLENGE"})
"""Their parameters hold a password, or what is as good as one."""
_SERVICES = frozenset(
    {"NICKSERV", "NS", "CHANSERV", "CS", "AUTHSERV", "AS", "USERSERV", "HOSTSERV", "MEMOSERV", "OPERSERV"}
)
_VERBS = frozenset({
    "IDENTIFY", "ID", "SIDENTIFY", "AUTH", "LOGIN", "REGISTER", "GHOST", "RECOVER", "RELEASE", "REGAIN", "GROUP",
    "LINK", "DROP", "RESETPASS", "SETPASS", "SETPASSWORD", "PASSWD", "PASS", "NEWPASS", "CONFIRM",
})  # fmt: skip
"""What one says to a service with a password behind it."""
_SETS = frozenset({"PASSWORD", "PASSWD", "PASS"})


class ExposedError(UsageError):
    """A secret would go over an unencrypted connection to another machine."""

    def __init__(self, what: str = "a password") -> None:
        super().__init__(
            f"This connection is not encrypted, so others could read {what} on its way, and it was not sent. "
            "Connect by TLS (/connect HOST --tls), or start with --plain-secrets where you trust the network."
        )


def is_secret(action: Action) -> bool:
    """Return whether it holds a password, or what is as good as one, in clear."""
    match action:
        case Register():
            return True
        case Send():
            message = action.message
            command = message.command.upper()
            if command in _COMMANDS:
                return True
            if command in _SERVICES:
                return _is_proof(" ".join(message.params))
            return command in ("PRIVMSG", "NOTICE", "SQUERY") and _is_told(*message.params[:2])
        case Say():
            return _is_told(action.target, action.text)
    return False


def _is_told(target: str = "", text: str = "") -> bool:
    name = target.partition("@")[0]
    service = name.upper() in _SERVICES or name.casefold().endswith("serv") or name in ("Q", "X")
    return service and _is_proof(text)


def _is_proof(text: str) -> bool:
    words = text.upper().split()
    return len(words) > 1 and (words[0] in _VERBS or (words[0] == "SET" and words[1] in _SETS))
