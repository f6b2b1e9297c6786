#!/usr/bin/env python3
"""Hold what ``requires`` says of real applications against the ``Since:`` tags of a release, found by a text search.

    tools/check_uses.py releases/libvirt-11.3.0.tar.xz APP...

Of each application ten names that it uses are looked up, spread over all of them, the one that sets the floor among
them.  Prints a table; the exit code is 1 when a release differs.
"""

from __future__ import annotations

import argparse
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path

from abidiff import limits
from abidiff.history.lives import opened
from abidiff.requires import languages
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.floor import judge
from abidiff.requires.model import Version, parsed, shown
from abidiff.sources.open import Opening, open_argument

SOURCE = re.compile(r"/include/libvirt/[\w-]+\.h(\.in)?\Z|/src/libvirt[\w-]*\.c\Z|/src/util/virerror\.c\Z")
DESCRIBED = re.compile(r"/\*\*\s*\n\s*\*\s*(vir\w+|VIR_\w+|LIBVIR_\w+):?[^\n]*\n((?:(?!\*/).)*)\*/", re.DOTALL)
BEHIND = re.compile(r"^\s*(VIR_\w+)\s*(?:=(?:(?!/\*)[^,\n])*)?,?[ \t]*/\*((?:(?!\*/).)*)\*/", re.DOTALL | re.MULTILINE)
BEFORE = re.compile(r"/\*((?:(?!\*/).)*)\*/\s*(VIR_\w+)\s*(?:=[^,/]*)?(?:,|\n)", re.DOTALL)
TAG = re.compile(r"Since:?\s*(\d+(?:\.\d+)+)")
TEN = 10
FIRST = "0.0.3"
"""The first release with a symbol map; what is older has no release of its own."""


def tags(texts: Mapping[str, str]) -> dict[str, str]:
    """Return name → the release that the tag in the comment beside it names."""
    found: dict[str, str] = {}
    for text in texts.values():
        several = [(match[1], match[2]) for match in DESCRIBED.finditer(text)]
        several += [(match[1], match[2]) for match in BEHIND.finditer(text)]
        bare = BEHIND.sub("", text)
        several += [(match[2], match[1]) for match in BEFORE.finditer(bare)]
        for name, comment in several:
            if tag := TAG.search(comment):
                found.setdefault(name, tag[1])
    return found


def sources(archive: Path) -> dict[str, str]:
    """Return the files of a release of libvirt that hold tags."""
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if SOURCE.search(member.name) and (stream := tar.extractfile(member)) is not None:
                found[member.name] = stream.read().decode("utf-8", "replace")
    return found


def spread(names: list[str], first: list[str]) -> list[str]:
    """Return ten of some names: the first ones, and others at equal distances."""
    rest = [name for name in names if name not in first]
    wanted = max(0, TEN - len(first))
    step = max(1, len(rest) // wanted) if wanted else 1
    return [*first[:TEN], *rest[::step][:wanted]]


def same(since: Version, tag: str, oldest: Version) -> bool:
    """Tell whether a tag names the release since which a name is there, or both say that it was always there."""
    return since[:3] == parsed(tag) or max(since, parsed(tag)) <= oldest


def main() -> int:
    """Print the table; 1 when a tag differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("release", type=Path, help="tarball of libvirt whose tags count")
    parser.add_argument("applications", nargs="+", help="source trees or tarballs")
    args = parser.parse_args()
    told = tags(sources(args.release))
    differing = 0
    with opened("libvirt") as history:
        catalogue = Catalogue(history)
        oldest = parsed(FIRST)
        for application in args.applications:
            release = open_argument(application, Opening(languages.wanted, limits.now(), lambda _: None))
            files = {path: release.files[path] for path in release.files if not languages.is_test(path)}
            found = judge(languages.read(files, catalogue).uses, catalogue)
            entries = {each.entry.name: each.entry for each in found.uses if each.entry is not None}
            tagged = sorted(name for name in entries if name in told)
            setting = sorted(
                each.entry.name
                for each in found.uses
                if each.entry is not None and each.needs == found.version and each.entry.name in told
            )
            chosen = spread(tagged, sorted(set(setting))[:3])
            wrong = [name for name in chosen if not same(entries[name].since, told[name], oldest)]
            differing += len(wrong)
            print(f"{release.label}: floor {shown(found.version)}; {len(tagged)} names with a tag, {len(chosen)} held")
            for name in sorted(chosen):
                mark = f"  here {shown(entries[name].since[:3])}" if name in wrong else ""
                print(f"  {name} {told[name]}{mark}")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
