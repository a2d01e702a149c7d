"""The container's health check tells a server that answers from everything else."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest
import trio

from trialogue_server.cli.healthcheck import UnhealthyError, ask, main


async def verdict(answer: Callable[[trio.SocketStream], Awaitable[None]]) -> str:
    """What `ask` says of a listener that hands each connection to `answer`."""
    async with trio.open_nursery() as nursery:
        (listener,) = await nursery.start(partial(trio.serve_tcp, answer, 0, host="127.0.0.1"))
        port: int = listener.socket.getsockname()[1]
        name = await trio.to_thread.run_sync(ask, "127.0.0.1", port)
        nursery.cancel_scope.cancel()
    return name


def answering(*chunks: bytes) -> Callable[[trio.SocketStream], Awaitable[None]]:
    async def answer(stream: trio.SocketStream) -> None:
        assert await stream.receive_some() == b"CAP LS 302\r\n"
        for chunk in chunks:
            await stream.send_all(chunk)
        await stream.aclose()

    return answer


async def test_the_answer_to_cap_ls_is_health() -> None:
    """'The LS subcommand is used to list the capabilities supported by the server.'

    https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ls-subcommand
    """
    notice, split = b":irc.example NOTICE * :Looking up\r\n:irc.exa", b"mple CAP * LS * :batch\r\n"
    assert await verdict(answering(notice, split)) == "irc.example"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "does not answer as an IRC server does"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not answer as an IRC server does"),
        (b"ERROR :Too many connections\r\n", "the server refuses: ERROR :Too many connections"),
    ],
)
async def test_anything_else_is_not(said: bytes, reason: str) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await verdict(answering(said))
    assert caught.group_contains(UnhealthyError, match=reason)


async def test_nobody_listening_is_one_sentence_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    with trio.socket.socket() as taken:
        await taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert await trio.to_thread.run_sync(main, ["127.0.0.1", str(port)]) == 1
    assert capsys.readouterr().err == f"unhealthy: 127.0.0.1 port {port} cannot be reached: Connection refused\n"


def test_wrong_arguments_say_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["127.0.0.1", "6667x"]) == 1
    assert "HOST PORT" in capsys.readouterr().err
