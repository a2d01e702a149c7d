"""A server that is broken on purpose: trialogue-server, behind a relay that loses every message on its way out.

It still answers a health check, registers people and lets them join, so what fails is what it ought to be:
a scenario whose actors wait for each other's messages.
"""

import subprocess

import trio

INSIDE = 6668
LOST = (b" PRIVMSG ", b" NOTICE ")


async def forward(source: trio.SocketStream, sink: trio.SocketStream) -> None:
    async for chunk in source:
        await sink.send_all(chunk)
    await sink.send_eof()


async def forward_all_but_messages(source: trio.SocketStream, sink: trio.SocketStream) -> None:
    unfinished = b""
    async for chunk in source:
        *lines, unfinished = (unfinished + chunk).split(b"\n")
        kept = [line + b"\n" for line in lines if not any(command in line for command in LOST)]
        if kept:
            await sink.send_all(b"".join(kept))
    await sink.send_eof()


async def relay(client: trio.SocketStream) -> None:
    try:
        async with await trio.open_tcp_stream("127.0.0.1", INSIDE) as server, trio.open_nursery() as nursery:
            nursery.start_soon(forward, client, server)
            nursery.start_soon(forward_all_but_messages, server, client)
    except* (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
        await client.aclose()


if __name__ == "__main__":
    with subprocess.Popen(["trialogue-server", "127.0.0.1", str(INSIDE)]):
        trio.run(trio.serve_tcp, relay, 6667)
