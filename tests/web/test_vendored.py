"""What comes from others is what it was, and the page loads ahead what it needs."""

import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "services/web/src/trialogue_web/static"
VENDORED = "b680568e0cb6763f10186494c7d6c1ba44747a6694b6218bb1d5787d6db9e598"


def test_the_vendored_module_is_the_one_that_was_made() -> None:
    """services/web/vendoring.py makes it, out of releases whose hashes it checks."""
    assert hashlib.sha256((STATIC / "vendor/preact.js").read_bytes()).hexdigest() == VENDORED


def test_all_that_is_imported_at_the_start_is_loaded_ahead() -> None:
    """Else a browser finds out one module after the other."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    ahead = set(re.findall(r'rel="modulepreload" href="([^"]+)"', page))
    found, waiting = set[str](), ["ui/app.js"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            text = (STATIC / path).read_text(encoding="utf-8")
            names = re.findall(r'^(?:import|export) [^;]*?from "([^"]+)";', text, re.MULTILINE)
            waiting += [str((STATIC / path).parent.joinpath(name).resolve().relative_to(STATIC)) for name in names]
    assert ahead == found - {"ui/app.js"}
