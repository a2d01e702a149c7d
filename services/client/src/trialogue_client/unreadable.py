"""Says why a file that was named cannot be read: each reason has its own sentence."""


def reason(error: OSError | UnicodeDecodeError) -> str:
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
        case UnicodeDecodeError():
            return "is no text: save it as UTF-8"
        case _:
            return f"cannot be read ({error.strerror or error})"
