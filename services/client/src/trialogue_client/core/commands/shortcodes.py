"""Emoji by name in what is said."""

from msgspec.structs import replace

from trialogue_client.core import emoji
from trialogue_client.core.commands.actions import Action, Edit, React, Reply, Say


def with_emoji(action: Action) -> Action:
    """Return the action with emoji in place of ``:names:``. What is said to a service may be a password, and stays."""
    match action:
        case React():
            return replace(action, reaction=emoji.replace(action.reaction))
        case Say() | Edit() | Reply() if not action.target.casefold().endswith("serv"):
            return replace(action, text=emoji.replace(action.text))
        case _:
            return action
