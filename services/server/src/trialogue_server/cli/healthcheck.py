"""The health check: `python -m trialogue_server.cli.healthcheck HOST PORT` exits with 0 if a server answers, else 1.

It is made for a container's HEALTHCHECK. It uses the standard library alone, since it runs every few seconds, and asks
a real question, since a listening socket is no sign of a server that still reads.
"""

import socket
import sys
import time

DEADLINE = 3.0
"""Seconds for everything: connecting, asking and the answer."""

QUESTION = b"CAP LS 302\r\n"
"""A command that is valid before registration:
https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ls-subcommand
"""

MOST = 65536
"""Bytes to read before giving up."""


class UnhealthyError(Exception):
    """There is no working server. The text is a sentence for people."""


def ask(host: str, port: int) -> str:
    """Return the server's name, from its answer to CAP LS. Raises UnhealthyError."""
    where = f"{host} port {port}"
    try:
        with socket.create_connection((host, port), timeout=DEADLINE) as connection:
            return _answer(connection, time.monotonic() + DEADLINE, where)
    except TimeoutError:
        raise UnhealthyError(f"{where} does not answer within {DEADLINE:g} seconds") from None
    except OSError as error:
        raise UnhealthyError(f"{where} cannot be reached: {error.strerror or error}") from None


def _answer(connection: socket.socket, deadline: float, where: str) -> str:
    connection.sendall(QUESTION)
    received = b""
    while chunk := _read(connection, deadline):
        received += chunk
        *lines, _ = received.split(b"\n")
        for line in lines:
            if (name := _server_name(line.decode("utf-8", "replace"))) is not None:
                connection.sendall(b"QUIT\r\n")  # a session left to time out would count against the limits
                return name
        if len(received) > MOST:
            break
    raise UnhealthyError(f"{where} does not answer as an IRC server does")


def _read(connection: socket.socket, deadline: float) -> bytes:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    connection.settimeout(remaining)
    return connection.recv(4096)


def _server_name(line: str) -> str | None:
    """Return the source of `:server CAP * LS :…`; None for any other line, such as a notice."""
    match line.split():
        case [source, "CAP", _, "LS", *_] if source.startswith(":"):
            return source[1:]
        case ["ERROR", *_]:
            raise UnhealthyError(f"the server refuses: {line.strip()}")
    return None


def main(arguments: list[str]) -> int:
    """Print one sentence and return the exit code."""
    match arguments:
        case [host, port] if port.isascii() and port.isdigit() and int(port) < 65536:
            pass
        case _:
            sys.stderr.write("usage: python -m trialogue_server.cli.healthcheck HOST PORT\n")
            return 1
    try:
        name = ask(host, int(port))
    except UnhealthyError as error:
        sys.stderr.write(f"unhealthy: {error}\n")
        return 1
    sys.stdout.write(f"healthy: {name} answers on {host} port {port}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
