"""Migrates a database to the newest schema: the files in `schema/`, in order, each in one transaction.

A database with content is copied first, so that an administrator can go back to the earlier server.
"""

import sqlite3
from importlib.resources import files
from pathlib import Path

from trialogue_server.store.base import StoreBroken
from trialogue_server.store.database_copy import whole_copy


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date.

    Raises StoreBroken if the database is newer than this server, or if there is no room for the copy.
    """
    scripts = schema_scripts()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(scripts):
        raise StoreBroken(
            f"{path} was written by a newer server (schema {version}, and this one knows up to {len(scripts)}): "
            "start that one, or put a backup from before it in its place."
        )
    if 0 < version < len(scripts):
        _keep_copy(connection, copy_before(path, version))
    for number, script in enumerate(scripts[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def copy_before(path: Path, version: int) -> Path:
    """Return the path of the copy of a database of this schema version before it is upgraded."""
    return path.with_name(f"{path.stem}-schema-{version}{path.suffix}")


def _keep_copy(connection: sqlite3.Connection, target: Path) -> None:
    try:
        with whole_copy(connection, target):
            pass
    except (sqlite3.Error, OSError) as error:
        raise StoreBroken(
            f"The database must be upgraded, and its copy {target} cannot be written ({error}): "
            "make room for it. Nothing was changed."
        ) from error


def schema_scripts() -> list[str]:
    """Return the texts of all schema files, by number."""
    folder = files("trialogue_server.store").joinpath("schema")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in names]
