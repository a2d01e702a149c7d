"""NickServ SESSIONS: which connections are logged in to one's account, and ending one of them."""

from collections.abc import Iterator

from trialogue_server.commands.departure import close, leave
from trialogue_server.commands.services.service import Request, refusal, subcommand
from trialogue_server.delivery.render import server_time
from trialogue_server.session.session import Session
from trialogue_server.world.user import User


@subcommand("SESSIONS")
def sessions(request: Request) -> None:
    """Show the connections that are logged in to your account."""
    for user, session in _own(request):
        tls = ", TLS" if session.secure else ""
        this = " (this one)" if session is request.ctx.session else ""
        since = server_time(session.opened_at)
        request.say(f"{session.sid}: {user.nick} from {session.address}{tls}, since {since}{this}")
    request.say("SESSIONS END <id> ends one")


@subcommand("SESSIONS END", "<id>")
def end(request: Request, text: str) -> None:
    """End one of your connections; SESSIONS shows their ids."""
    ctx = request.ctx
    session = next((one for _, one in _own(request) if str(one.sid) == text), None)
    if session is None:
        raise refusal("You have no such connection: SESSIONS shows those that you have")
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
