"""NickServ SESSIONS and AWAY: the connections that are logged in to an account."""

from collections.abc import Iterator

from ircwire.text import truncate
from trialogue_server.commands.connection.departure import close, leave
from trialogue_server.commands.params import echoed
from trialogue_server.commands.people.away import set_session_away, update_away
from trialogue_server.commands.services.service import Request, refusal, subcommand
from trialogue_server.delivery.render import server_time
from trialogue_server.session.session import Session
from trialogue_server.world.user import User

_OTHERS = "others"


@subcommand("AWAY", "[<message…>]")
def away(request: Request, message: str = "") -> None:
    """Go away on all of your devices, with a message; without one, come back on all of them."""
    ctx, said = request.ctx, truncate(message, request.ctx.config.limits.away_length)
    users = ctx.world.logins.of(ctx.user.account) or [ctx.user]
    for user in users:
        for session in ctx.core.registry.of(user.uid):
            set_session_away(ctx.core, session, said, ctx.now)
        update_away(ctx.core, user, ctx.now, ctx.reply)
    request.say("You are away on all of your devices" if said else "You are back on all of your devices")


@subcommand("SESSIONS")
def sessions(request: Request) -> None:
    """Show the connections that are logged in to your account."""
    for user, session in _own(request):
        tls = ", TLS" if session.secure else ""
        this = " (this one)" if session is request.ctx.session else ""
        since = server_time(request.ctx.now - (request.ctx.monotonic - session.opened_at))
        request.say(f"{session.sid}: {user.nick} from {session.address}{tls}, since {since}{this}")
    request.say("SESSIONS END <id> <id> ends those, SESSIONS END others all but this one")


@subcommand("SESSIONS END", "<id…|others>")
def end(request: Request, text: str) -> None:
    """End connections of yours by their ids, which SESSIONS shows, or with "others" all but this one."""
    mine = {str(session.sid): session for _, session in _own(request)}
    if text.lower() == _OTHERS:
        wanted = [sid for sid, session in mine.items() if session is not request.ctx.session]
        if not wanted:
            raise refusal("You have no other connection")
    else:
        wanted = list(dict.fromkeys(text.replace(",", " ").split()))
    unknown = [sid for sid in wanted if sid not in mine]
    if unknown or not wanted:
        raise refusal(f"You have no connection {', '.join(map(echoed, unknown))}: SESSIONS shows those that you have")
    for session in sorted(map(mine.__getitem__, wanted), key=lambda one: one is request.ctx.session):
        _end(request, session)


def _end(request: Request, session: Session) -> None:
    ctx = request.ctx
    request.say(f"Connection {session.sid} is ended")
    leave(ctx.core, session, "Ended by its owner", ctx.now, ctx.reply)
    close(session, "Ended by its owner", reply=ctx.reply if session is ctx.session else None)


def _own(request: Request) -> Iterator[tuple[User, Session]]:
    """Return the connections of all users who are logged in to the asker's account."""
    core, account = request.ctx.core, request.account.name
    for user in core.world.users.values():
        if user.account == account:
            for session in core.registry.of(user.uid):
                yield user, session
