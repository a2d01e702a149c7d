"""Says why a file that was named cannot be read: each reason has its own sentence."""

from pathlib import Path


def reason(error: OSError) -> str:
    """Return what is wrong with a file, to follow its name."""
    match error:
        case FileNotFoundError():
            return "is not there"
        case PermissionError():
            return "may not be read by the user who runs this: see its permissions, and those of its directory"
        case IsADirectoryError():
            return "is a directory, and not a file"
        case NotADirectoryError():
            return "is not there: a part of its path is a file, and not a directory"
        case _:
            return f"cannot be read ({error.strerror or error})"


def check(path: Path) -> None:
    """Raise OSError if this is not a file that can be read."""
    with path.open("rb") as file:
        file.read(1)
