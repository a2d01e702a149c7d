"""Settings for clients that tests start: the local network of whatever machine that is, is not ours to ask."""

from pathlib import Path

from trialogue_client.settings import FILE, Settings, write


def ask_nobody_nearby(directory: Path) -> None:
    """Have the client that keeps its settings here look for no servers, unless it has settings already."""
    if not (directory / FILE).exists():
        write(directory, Settings(nearby=False))
