"""The words of the questions that a person is asked."""

from trialogue_client.core import events as ev


def nick_problem(refusal: ev.NickTaken | ev.NickRefused, *, logging_in: bool, own: str, where: str = "") -> str:
    """Return why we cannot have a nick, without a full stop; `own` says what to do if the account is ours; `where`
    is on which server, as in " on chat.example.org".
    """
    if isinstance(refusal, ev.NickRefused):
        return f"The server does not allow the name {refusal.nick}{where}"
    if "account" in refusal.reason and not logging_in:
        return f"The name {refusal.nick} belongs to an account{where}. If it is yours, {own}"
    return f"The name {refusal.nick} is taken{where}"


def keep_password(account: str, where: str) -> str:
    """Return the question whether the key ring shall keep a password."""
    return f"Keep the password of {account} on {where} in this system's key ring?"


def password_of(account: str, where: str) -> str:
    """Return the question for the password of an account on a server, without a colon."""
    return f"Password of {account} on {where}"
