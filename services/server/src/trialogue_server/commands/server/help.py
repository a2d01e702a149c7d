"""HELP: the table of commands, explained by the docstrings of its handlers.  https://modern.ircdocs.horse/#help-message"""

from collections.abc import Mapping

from ircwire import numerics as n
from ircwire.text import pack_words
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Command, Phase, command
from trialogue_server.commands.context import Context
from trialogue_server.world.refused import Refused

_WIDTH = 70


def make_help(name: str, commands: Mapping[str, Command]) -> Command:
    """Return a HELP row of this name over this table."""

    @command(name, p.opt(p.word("subject")), phase=Phase.ANY, reads=True)
    def help_(ctx: Context, subject: str | None) -> None:
        """Explain a command, or list all.  https://modern.ircdocs.horse/#help-message"""
        topic = (subject or "index").upper()
        if subject is None or topic == "INDEX":
            lines = ["Commands; HELP <command> explains one:", "", *pack_words(sorted(commands), _WIDTH)]
        elif topic in commands:
            lines = commands[topic].help
        else:
            raise Refused(n.ERR_HELPNOTFOUND, _shown(subject))
        _send(ctx, _shown(subject or "index"), lines)

    return help_


def _shown(subject: str) -> str:
    """Return the subject as requested, or "*" where it cannot stand in the middle of the reply."""
    return "*" if " " in subject else p.echoed(subject)


def _send(ctx: Context, topic: str, lines: list[str]) -> None:
    ctx.reply.numeric(n.RPL_HELPSTART, topic, lines[0])
    for line in lines[1:]:
        ctx.reply.numeric(n.RPL_HELPTXT, topic, line)
    ctx.reply.numeric(n.RPL_ENDOFHELP, topic, "End of help")
