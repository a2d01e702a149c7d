"""Python's collector of cycles, set up for a program that draws and keeps a long scrollback.

It walks through everything that lives, again and again while more of it comes: with what Textual has loaded and a full
scrollback, a quarter of a second each time, in which no key is answered.  https://docs.python.org/3/library/gc.html
"""

import gc

_OLDEST = 2
_YOUNG = 1_000
"""Objects made and not dropped, after which the young ones are looked at."""


def begin() -> None:
    """Collect nothing while modules are loaded and the first screen is built: all of it stays."""
    gc.disable()


def settle() -> None:
    """From now on collect only what has come since; what is there by now is not looked at again.

    Nor is what outlives a full collection. It is freed all the same when nobody holds it any more, except for what is
    in cycles: a dialog that was open just then, which is little.
    """
    gc.freeze()
    gc.callbacks.append(_keep)
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    gc.enable()


def _keep(phase: str, about: dict[str, int]) -> None:
    if phase == "stop" and about["generation"] == _OLDEST:
        gc.freeze()
