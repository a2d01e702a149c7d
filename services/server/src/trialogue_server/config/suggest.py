"""Suggests names that are spelled alike."""

from collections.abc import Iterable


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return `` Did you mean X?`` for the nearest candidate, or "" if none is near."""
    best = nearest(name, candidates)
    return f" Did you mean {best}?" if best else ""


def nearest(name: str, candidates: Iterable[str], *, alike: float = 0.6) -> str | None:
    """Return the candidate with the most similar spelling, if one is near. `alike` is from 0 to 1, for equal."""
    import difflib  # only needed on the way to an error

    return next(iter(difflib.get_close_matches(name, list(candidates), n=1, cutoff=alike)), None)


def nearest_setting(section: str, key: str, settings: Iterable[tuple[str, str]]) -> str:
    """Return what an unknown key may mean: one spelled alike in its section, the same elsewhere, or alike anywhere."""
    known = list(settings)
    here = nearest(key, [name for table, name in known if table == section])
    if here:
        return f" Did you mean {section}.{here}?"
    moved = [f"{table}.{name}" for table, name in known if name == key]
    if moved:
        return f" Did you mean {' or '.join(moved)}?"
    return did_you_mean(f"{section}.{key}", [f"{table}.{name}" for table, name in known])
