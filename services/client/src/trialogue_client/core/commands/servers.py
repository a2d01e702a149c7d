"""The commands about which servers we are on."""

from trialogue_client.core.commands.actions import Action, Connect, Disconnect, UsageError
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn


def _connect(_: TypedIn, typed: str) -> list[Action]:
    address: list[str] = []
    tls, named = False, {"--nick": "", "--account": ""}
    words = iter(typed.split())
    for word in words:
        if word == "--tls":
            tls = True
        elif word in named:
            named[word] = _value(word, next(words, ""))
        elif word.startswith("--"):
            raise UsageError(f"/connect knows no {word}: it takes --tls, --nick and --account.")
        else:
            address.append(word)
    return [Connect(" ".join(address), tls, named["--nick"], named["--account"])]


def _value(option: str, value: str) -> str:
    if not value or value.startswith("--"):
        raise UsageError(f"{option} needs a name after it, as in /connect chat.example.org {option} bob")
    return value


def _disconnect(_: TypedIn, reason: str) -> list[Action]:
    return [Disconnect(reason)]


CONNECT = Command(
    "connect",
    "Be on another server too; without an address, asks for it",
    (Argument("address", Takes.TEXT, optional=True),),
    _connect,
    "/connect chat.example.org 6697 --tls --nick bob --account bob",
)
DISCONNECT = Command(
    "disconnect", "Leave this server and stay on the others", (Argument("reason", Takes.TEXT, optional=True),),
    _disconnect,
)  # fmt: skip
