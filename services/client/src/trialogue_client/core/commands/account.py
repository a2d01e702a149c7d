"""The commands about our account."""

from functools import partial

from trialogue_client.core.commands.actions import Action, AskSecret, LogIn, LogOut, Register, Verify
from trialogue_client.core.commands.arguments import Argument, Command, Takes, TypedIn


def _register(_: TypedIn, email: str) -> list[Action]:
    first = Register(email, "")
    return [AskSecret("Choose a password: ", lambda password: [Register(email, password)], twice=True, first=first)]


def _verify(_: TypedIn, code: str) -> list[Action]:
    return [Verify(code)]


def _login(place: TypedIn, account: str) -> list[Action]:
    name = account or place.nick
    return [AskSecret(f"Password of {name}: ", partial(_with, name), first=LogIn(name, ""))]


def _with(account: str, password: str) -> list[Action]:
    return [LogIn(account, password)]


def _logout(_: TypedIn) -> list[Action]:
    return [LogOut()]


REGISTER = Command(
    "register",
    "Make your nick an account of your own; asks for a password",
    (Argument("email", Takes.WORD, optional=True),),
    _register,
    "/register bob@example.org",
)
VERIFY = Command(
    "verify", "Finish making an account with the code that came by e-mail", (Argument("code", Takes.WORD),), _verify
)
LOGIN = Command(
    "login", "Log in to your account; asks for the password", (Argument("account", Takes.WORD, optional=True),), _login
)
LOGOUT = Command("logout", "Log out of your account", (), _logout)
