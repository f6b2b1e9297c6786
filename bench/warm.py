"""Random edits of a small release, judged with a cache that has seen all of them and without one: the same report.

``make warm SECONDS=…`` goes on until so many CPU seconds are spent and writes docs/bench/warm.md.  A history is
determined by its seed.  What was done is noted in ``build/warm.json``: a run that was stopped goes on, and ``--again``
begins anew.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import msgspec

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "bench" / "warm.md"
NOTED = ROOT / "build" / "warm.json"
STEPS = 40
"""Edits of one release, before another is begun."""
NS = 'xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"'
FILES = {
    "meson.build": "project('ship', 'c', version: '1.0.0')\n",
    "include/ship/ship.h": '#ifndef S\n#define S\n#include "choice.h"\n#include CFG\n#include "hull.h"\n'
    "int shipOpen(struct hull *h, cfg_t c);\nstruct deck { int rows[DECKS]; cfg_t c; };\n#endif\n",
    "include/ship/choice.h": '#define CFG "cfg.h"\n#define NAMED(x) <ship/x>\n',
    "include/ship/cfg.h": "typedef int cfg_t;\n#define DECKS 3\n",
    "include/ship/cfg2.h": "typedef long cfg_t;\n#define DECKS 4\n",
    "include/ship/hull.h": "#ifndef H\n#define H\n#include CFG\n#if __has_include(<ship/extra.h>)\n"
    "#include <ship/extra.h>\n#endif\n#ifndef EXTRA\n#define EXTRA 1\n#endif\n"
    "struct hull { cfg_t a; char b[EXTRA]; };\n#endif\n",
    "include/ship/alone.h": '#include "choice.h"\n#include NAMED(cfg.h)\nenum mast { FORE = DECKS, MAIN };\n'
    "#define MAST_MAX (DECKS * 2)\nextern cfg_t shipMast;\n",
    "include/ship/more/inner.h": '#include "../hull.h"\nint shipInner(struct hull h);\n',
    "src/ship.syms": "SHIP_1 {\n global:\n  shipOpen;\n  shipInner;\n  shipMast;\n local: *;\n};\n",
    "src/ship.x": '%#include "ship/cfg.h"\n%#include "wire.h"\nconst LOCAL = 4;\ntypedef string name<SHIP_NAME>;\n'
    "struct cargo { name n; int w[LOCAL]; opaque o<DECKS>; };\n"
    "program SHIP { version V { cargo GET(name) = 1; void PUT(cargo) = 2; } = 1; } = 0x20000001;\n",
    "src/lock.x": "enum kind { K1 = 1, K2 = SHIP_KIND };\nstruct lock { kind k; hyper h; };\n",
    "src/wire.h": "#define SHIP_NAME 16\n#define SHIP_KIND 2\n",
    "schemas/ship.rng": f'<grammar {NS}><include href="basic.rng"/><include href="parts/deck.rng"/>'
    '<start><element name="ship"><ref name="id"/><ref name="deck"/></element></start></grammar>\n',
    "schemas/basic.rng": f'<grammar {NS}><define name="id"><attribute name="id"><data type="int">'
    '<param name="maxInclusive">9</param></data></attribute></define></grammar>\n',
    "schemas/parts/deck.rng": f'<grammar {NS}><define name="deck"><zeroOrMore><element name="deck">'
    '<externalRef href="../note.rng"/></element></zeroOrMore></define></grammar>\n',
    "schemas/note.rng": f'<element name="note" {NS}><choice><text/><empty/></choice></element>\n',
    "schemas/port.rnc": 'include "quay.rnc"\nstart = element port { quay* }\n',
    "schemas/quay.rnc": "quay = element quay { attribute no { xsd:int }, text }\n",
}
CHANGES = (
    *(
        ("cfg.h", "cfg2.h"),
        ("cfg2.h", "cfg.h"),
        ("int ", "long "),
        ("long ", "int "),
        ("3", "5"),
        ("16", "8"),
        ("4", "6"),
    ),
    *(
        ("2;", "3;"),
        ("9<", "7<"),
        ("text", "empty"),
        ("empty", "text"),
        ("*", "?"),
        ("a;", "a, z;"),
        ("char b", "short b"),
    ),
    *(
        ("basic.rng", "note.rng"),
        ("hull.h", "cfg.h"),
        ("extra.h", "cfg2.h"),
        ("EXTRA 1", "EXTRA 2"),
        ("K1 = 1", "K1 = 7"),
    ),
    *(
        ("shipOpen", "shipClose"),
        ("shipMast;", ""),
        ("hyper", "int"),
        ("DECKS", "EXTRA"),
        ("SHIP_NAME 16", "SHIP_NAME 99"),
    ),
)
NEW = (
    *("include/ship/extra.h", "include/ship/more/cfg.h", "include/ship/more/choice.h", "include/cfg.h", "src/cfg.h"),
    *("src/ship/cfg.h", "schemas/parts/note.rng", "include/ship/new.h", "src/extra.x", "schemas/parts/basic.rng"),
)


def begin(folder: Path) -> None:
    """Write the release as it is before all edits."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def edit(folder: Path, random: Random) -> str:
    """Make one edit; return what it was."""
    here = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    path = random.choice(here)
    what = random.choice(
        ("change",) * 8 + ("delete", "restore", "restore", "rename", "copy", "new", "new", "swap", "spoil")
    )
    told = f"{what} {path.relative_to(folder)}"
    if what == "change":
        old, new = random.choice(CHANGES)
        for each in random.sample(here, len(here)):
            text = each.read_text()
            if old in text:
                each.write_text(text.replace(old, new, random.choice((1, -1))))
                return f"{old} -> {new} in {each.relative_to(folder)}"
    elif what == "delete":
        path.unlink()
    elif what == "restore":
        name = random.choice(sorted(FILES))
        _put(folder / name, FILES[name])
        return f"restore {name}"
    elif what == "rename":
        path.rename(path.with_name(random.choice(("x", "cfg", "extra", "note")) + path.suffix))
    elif what in ("copy", "new"):
        name = random.choice(NEW)
        alike = [each for each in here if each.suffix == Path(name).suffix]
        _put(folder / name, random.choice(alike).read_text() if alike else "")
        return f"new {name}"
    elif what == "swap":
        other = random.choice([each for each in here if each.suffix == path.suffix])
        one, two = path.read_text(), other.read_text()
        path.write_text(two)
        other.write_text(one)
    else:
        path.write_text(random.choice(("", "}\n", path.read_text()[: random.randrange(200)])))
    return told


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, with nobody's configuration."""
    who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who |= {f"GIT_{each}_{what}": "a@example.org" for each in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env={**os.environ, **who}, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def reports(old: str, new: str) -> tuple[str, str]:
    """Return the report that the cache gives, and the one without it."""
    from abidiff import render
    from abidiff.errors import AbidiffError
    from abidiff.pipeline import Options, compare

    def told(cache: bool) -> str:
        try:
            return render(compare(old, new, Options(same_is_fine=True, parallel=False, cache=cache)), "json")
        except AbidiffError as error:
            return error.render()

    return told(True), told(False)


class Run(msgspec.Struct):
    """What was done: histories, edits, comparisons of each verdict, what differed, and CPU seconds."""

    histories: int = 0
    edits: int = 0
    codes: dict[str, int] = msgspec.field(default_factory=dict)
    differing: list[str] = msgspec.field(default_factory=list)
    seconds: float = 0.0


def history(seed: int, steps: int, scratch: Path, done: Run) -> None:
    """Edit one release and hold the answers against each other after every edit.

    An even seed compares folders, an odd one revisions of a repository.
    """
    random = Random(f"warm {seed}")
    first, tree, last = (scratch / f"ship{name}" for name in ("-1.0", "-1.2", "-1.1"))
    begin(first)
    begin(tree)
    sides = [str(first), str(last)]
    if seed % 2:
        git(tree, "init", "-q", "-b", "main")
        sides = [_commit(tree)]
    for step in range(steps):
        shutil.rmtree(last, ignore_errors=True)
        shutil.copytree(tree, last, symlinks=True)
        what = [edit(tree, random) for _ in range(random.choice((1, 1, 1, 3)))]
        new = _commit(tree) if seed % 2 else str(tree)
        for old in (sides[0], sides[-1]):
            warm, cold = reports(old, new)
            done.codes[_code(cold)] = done.codes.get(_code(cold), 0) + 1
            if warm != cold:
                done.differing.append(f"seed {seed}, step {step}: {what}")
        if seed % 2:
            sides.append(new)
        done.edits += len(what)
    for folder in (first, tree, last):
        shutil.rmtree(folder)


def _commit(tree: Path) -> str:
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "--allow-empty", "-m", "edit")
    return f"{tree}@{git(tree, 'rev-parse', 'HEAD')}"


def _code(text: str) -> str:
    if not text.startswith("{"):
        return "error"
    found = msgspec.json.decode(text)["verdict"]
    return str(found["text"] if isinstance(found, dict) else found)


def page(done: Run) -> str:
    """Return the page of figures."""
    verdicts = ", ".join(f"{count} {name}" for name, count in sorted(done.codes.items()))
    return f"""<!-- Written by `make warm`. -->

# A warm answer is the cold answer

A small release with computed includes (`#include CFG`), `__has_include`, macros across headers, protocols with
constants of headers, schemas that include others is edited at random: values and names in files, files deleted,
renamed, added where they are found before others, swapped, emptied. After every edit it is compared
with its beginning and with the state before, by the cache that all edits before have filled and without it; the JSON
reports have to be equal byte for byte. Half of the histories are of folders, half of revisions of a repository.

| | |
|---|---|
| CPU seconds | {done.seconds:.0f} |
| histories | {done.histories} |
| edits | {done.edits} |
| comparisons | {sum(done.codes.values())} ({verdicts}) |
| differing reports | {len(done.differing)} |
"""


def main() -> int:
    """Go on for some CPU seconds and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--again", action="store_true", help="forget what earlier runs did")
    given = options.parse_args()
    done = Run() if given.again or not NOTED.exists() else msgspec.json.decode(NOTED.read_bytes(), type=Run)
    NOTED.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        while done.seconds < given.seconds:
            began = time.process_time()
            history(done.histories + 1, STEPS, Path(folder), done)
            done.histories += 1
            done.seconds += time.process_time() - began
            NOTED.write_bytes(msgspec.json.encode(done))
    PAGE.write_text(page(done), encoding="utf-8")
    print(f"{done.edits} edits, {done.codes}, differing: {done.differing}", file=sys.stderr)
    return bool(done.differing)


if __name__ == "__main__":
    sys.exit(main())
