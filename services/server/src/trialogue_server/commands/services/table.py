"""The services with all their sub-commands, and the commands and nicks that reach them."""

from functools import partial

from ircwire.multiline import Lines
from trialogue_server.commands import params as p
from trialogue_server.commands.command import Command, command
from trialogue_server.commands.context import Context
from trialogue_server.commands.effects import Effect, followed_by
from trialogue_server.commands.services import access, akick, block, chanserv, nickserv, nickserv_settings, sessions
from trialogue_server.commands.services.names import CHANSERV, NICKSERV, service_called
from trialogue_server.commands.services.service import Service
from trialogue_server.delivery.render import Rendering
from trialogue_server.session.capabilities import ECHO_MESSAGE
from trialogue_server.world.events import MessagePosted, MultilinePosted

NICK_SERVICE = Service(
    NICKSERV,
    "accounts, which keep your nick and your channels for you.",
    (
        nickserv.register,
        nickserv.verify,
        nickserv.identify,
        nickserv.login,
        nickserv.logout,
        nickserv.info,
        nickserv.ghost,
        nickserv.reclaim,
        nickserv_settings.set_password,
        nickserv_settings.set_email,
        nickserv_settings.set_enforce,
        nickserv_settings.set_always_on,
        nickserv_settings.set_keep,
        block.block,
        block.block_list,
        block.unblock,
        block.blocked,
        sessions.away,
        sessions.sessions,
        sessions.end,
        nickserv_settings.cert_list,
        nickserv_settings.cert_add,
        nickserv_settings.cert_del,
        nickserv.drop,
    ),
)
CHANNEL_SERVICE = Service(
    CHANSERV,
    "registered channels, which stay and remember who is operator.",
    (
        chanserv.register,
        chanserv.info,
        access.access,
        akick.akick,
        chanserv.op,
        chanserv.deop,
        chanserv.voice,
        chanserv.devoice,
        chanserv.invite,
        chanserv.unban,
        chanserv.set_keep_topic,
        chanserv.set_history,
        chanserv.set_keep,
        chanserv.transfer,
        chanserv.drop,
    ),
)
SERVICES = {service.name: service for service in (NICK_SERVICE, CHANNEL_SERVICE)}
"""All services, by name."""


def find_service(ctx: Context, target: str) -> Service | None:
    """Return the service that a message's target names: ``NickServ``, or ``NickServ@<this server>``."""
    nick, _, server = target.partition("@")
    if server and server != ctx.core.name:
        return None
    return SERVICES.get(service_called(ctx.world.fold(nick)))


def ask_service(ctx: Context, service: Service, text: str) -> Effect | None:
    """Carry out a PRIVMSG to a service. It is echoed to its sender alone, and kept nowhere."""
    if ctx.session.caps & ECHO_MESSAGE:
        said = MessagePosted(*ctx.stamp(), "PRIVMSG", service.name, "", 0, "", text, "")
        ctx.reply.line(Rendering(said, ctx.config.limits.line_length)(ctx.session.caps))
    return _ask_in_turn(ctx, service, [text])


def ask_service_in_lines(ctx: Context, service: Service, lines: Lines) -> Effect | None:
    """Carry out a multiline message to a service: each line is a command, one after the other."""
    if ctx.session.caps & ECHO_MESSAGE:
        said = MultilinePosted(*ctx.stamp(), "PRIVMSG", service.name, "", 0, "", lines, "")
        ctx.reply.line(Rendering(said, ctx.config.limits.line_length)(ctx.session.caps))
    return _ask_in_turn(ctx, service, [text for text in map("".join, lines) if text.strip()])


def _ask_in_turn(ctx: Context, service: Service, texts: list[str]) -> Effect | None:
    for place, text in enumerate(texts, start=1):
        if text.startswith("\x01"):  # CTCP: a question to a program
            continue
        effect = service.handle(ctx, text)
        if effect is not None:
            return followed_by(effect, partial(_ask_in_turn, service=service, texts=texts[place:]))
    return None


def _row(name: str, service: Service) -> Command:
    def ask(ctx: Context, words: list[str]) -> Effect | None:
        return service.handle(ctx, " ".join(words))

    ask.__doc__ = f"Ask {service.name}: {service.purpose}"
    return command(name, p.rest("command"))(ask)


ROWS = (
    _row("NICKSERV", NICK_SERVICE),
    _row("NS", NICK_SERVICE),
    _row("CHANSERV", CHANNEL_SERVICE),
    _row("CS", CHANNEL_SERVICE),
)
"""Commands that do the same as a message to the service."""
