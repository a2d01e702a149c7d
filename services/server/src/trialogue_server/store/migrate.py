"""From whatever version a database has to the newest: the files in `schema/`, in order, each in one transaction."""

import sqlite3
from importlib.resources import files

from trialogue_server.store.base import StoreBroken


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date. Raises StoreBroken if the database is newer than this server."""
    scripts = _scripts()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(scripts):
        raise StoreBroken(
            f"its schema has version {version}, and this server knows up to {len(scripts)}: use a newer server"
        )
    for number, script in enumerate(scripts[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def _scripts() -> list[str]:
    """Return the texts of all schema files, by number."""
    folder = files("trialogue_server.store").joinpath("schema")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]
