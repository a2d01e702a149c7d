"""Make static/vendor/preact.js: Preact, its hooks and htm, as one module that a browser loads as it is.

Run it by hand (`python services/web/vendoring.py`) after changing a release below; it needs npm. Nobody else does: the
result is in the repository, and a test compares it with its hash.
"""

import hashlib
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

PREACT, HTM = "preact@11.2.0", "htm@3.1.1"
SHA256 = {
    PREACT: "3c4456766bd32b6b534d52bf4e9c2a29b33e7eedf6e96ed479300ba1a7888ebf",
    HTM: "2425b9bee11409177bcabc7f32e319926fc6690c1701c0b257c88bdff2d5ba90",
}
_TARGET = Path(__file__).parent / "src/trialogue_web/static/vendor"
_EXPORTS = re.compile(r"export\{([^}]*)\};")
_IMPORTS = re.compile(r'import\{([^}]*)\}from"preact";')


def _fetch(release: str, directory: Path) -> dict[str, str]:
    """Return the texts of a release of npm by their paths."""
    subprocess.run(["npm", "pack", "--silent", release], cwd=directory, check=True, stdout=subprocess.DEVNULL)
    archive = directory / f"{release.replace('@', '-')}.tgz"
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256[release]:
        raise SystemExit(f"{release} is not what it was")
    with tarfile.open(archive) as files:
        names = ("LICENSE", "dist/preact.mjs", "hooks/dist/hooks.mjs", "dist/htm.mjs")
        members = (
            (name, files.extractfile(f"package/{name}")) for name in names if f"package/{name}" in files.getnames()
        )
        return {name: member.read().decode() for name, member in members if member is not None}


def _pairs(names: str, separator: str) -> str:
    """``x as Component,h`` → ``Component:x,h``, as in an object."""
    parts = (name.strip().partition(" as ") for name in names.split(","))
    return ",".join(f"{new}{separator}{old}" if new else old for old, _, new in parts)


def _function(source: str) -> str:
    """Return a module as a function of its own, so that the short names of one are not those of another."""
    source = re.sub(r"\n?//# sourceMappingURL=.*", "", source).strip()
    source = _IMPORTS.sub(
        lambda found: "const{" + ",".join(part.replace(" as ", ":") for part in found[1].split(",")) + "}=preact;",
        source,
    )
    source = _EXPORTS.sub(lambda found: "return{" + _pairs(found[1], ":") + "};", source)
    source = source.replace("export default ", "return ")
    return f"(() => {{ {source} }})()"


def main() -> None:
    """Write the module and the licences."""
    with tempfile.TemporaryDirectory() as directory:
        preact, htm = _fetch(PREACT, Path(directory)), _fetch(HTM, Path(directory))
    module = (
        f"// {PREACT} (MIT) and {HTM} (Apache-2.0), put into one module by services/web/vendoring.py. Do not edit.\n"
        f"const preact = {_function(preact['dist/preact.mjs'])};\n"
        f"const hooks = {_function(preact['hooks/dist/hooks.mjs'])};\n"
        f"const htm = {_function(htm['dist/htm.mjs'])};\n"
        "export const { h, render, Component, Fragment } = preact;\n"
        "export const { useEffect, useLayoutEffect, useRef, useState, useMemo } = hooks;\n"
        "export const html = htm.bind(h);\n"
    )
    _TARGET.mkdir(exist_ok=True)
    (_TARGET / "preact.js").write_text(module)
    (_TARGET / "LICENSE.preact").write_text(preact["LICENSE"])
    (_TARGET / "LICENSE.htm").write_text(htm["LICENSE"])


if __name__ == "__main__":
    main()
