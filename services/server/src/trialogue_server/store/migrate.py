"""From whatever version a database has to the newest: the files in `schema/`, in order, each in one transaction."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from trialogue_server.store.base import StoreBroken


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date. Raises StoreBroken if the database is newer than this server."""
    scripts = schema_scripts()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(scripts):
        raise StoreBroken(
            f"{path} was written by a newer server (schema {version}, and this one knows up to {len(scripts)}): "
            "start that one, or put a backup from before it in its place."
        )
    for number, script in enumerate(scripts[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def schema_scripts() -> list[str]:
    """Return the texts of all schema files, by number."""
    folder = files("trialogue_server.store").joinpath("schema")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]
