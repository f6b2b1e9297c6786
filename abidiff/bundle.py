"""Packs what shows a verdict: the interface files of both sides, cut down to those that a finding needs."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from abidiff.errors import AbidiffError, UsageError
from abidiff.finding import Report
from abidiff.pipeline import Options, compare
from abidiff.pipeline.reading import read_whole
from abidiff.release import Release

MAX_BYTES = 64 << 20


class Packed(msgspec.Struct, frozen=True):
    """One side of a bundle: the name of its folder (or file), and its files."""

    label: str
    files: Mapping[str, bytes]
    single: bool = False

    def only(self, paths: frozenset[str]) -> Packed:
        """Return this side with some of its files."""
        return replace(self, files={path: data for path, data in self.files.items() if path in paths})

    def below(self, side: str) -> dict[str, bytes]:
        """Return the files by their paths in the bundle."""
        start = f"{side}/" if self.single else f"{side}/{self.label}/"
        return {start + path: data for path, data in self.files.items()}

    def argument(self, side: str) -> str:
        """Return what names this side on a command line in the unpacked bundle."""
        return f"{side}/{next(iter(self.files))}" if self.single else f"{side}/{self.label}"


class Bundle(msgspec.Struct, frozen=True):
    """Both sides, the options that repeat the verdict, whether they were seen to repeat it, and the whole report."""

    old: Packed
    new: Packed
    arguments: tuple[str, ...]
    repeats: bool
    report: Report

    def files(self) -> dict[str, bytes]:
        """Return every file of the two sides by its path in the bundle."""
        return {**self.old.below("old"), **self.new.below("new")}


def bundle(old: str, new: str, fingerprint: str, options: Options, seconds: float = 60.0) -> Bundle:
    """Return the smallest input found within ``seconds`` that repeats a finding, or a whole verdict.

    ``fingerprint``  of the finding to keep; empty keeps the verdict and all findings.

    Files are left out by halves, then one by one, as long as the finding stays.
    """
    sides, profiles = [], []
    for argument in (old, new):
        release, _, reading = read_whole(options.request(argument))
        sides.append(_packed(release, argument))
        profiles.append(reading.profile)
    before, after = sides
    report = compare(old, new, options)
    wanted = _what(report, fingerprint)
    named = options.profile or (profiles[0] if profiles[0] == profiles[1] else "")
    own = replace(options, profile=named, parallel=False, cache=False, same_is_fine=True)

    def repeats(one: Packed, other: Packed) -> bool:
        return _what_of(one, other, own, fingerprint) == wanted

    faithful = repeats(before, after)
    if faithful:
        before, after = _reduced(before, after, repeats, time.monotonic() + seconds)
    return Bundle(before, after, _arguments(before, after, named, options), faithful, report)


def packed(found: Bundle, report: str) -> bytes:
    """Return a bundle as a .tar.gz whose bytes depend on nothing but its content."""
    text = (
        "What is compared, cut down to what shows the verdict.  To repeat it, here:\n\n"
        f"    abi-diff {' '.join(found.arguments)}\n"
    )
    members = {"README.txt": text.encode(), "report.txt": report.encode("utf-8", "backslashreplace"), **found.files()}
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, data in sorted(members.items()):
            member = tarfile.TarInfo(f"bundle/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(held.getvalue(), mtime=0)


def _packed(release: Release, argument: str) -> Packed:
    if release.project is not None:
        raise UsageError(f"{argument}: a snapshot has no files to pack", hint="give the release that it was made of")
    files = {path: bytes(data) for path, data in release.files.items()}
    if sum(map(len, files.values())) > MAX_BYTES:
        raise UsageError(f"{argument}: more than {MAX_BYTES >> 20} MiB of interface files", hint="choose a --surface")
    return Packed(release.label or "release", files, release.single_file)


def _what(report: Report, fingerprint: str) -> tuple[str, ...]:
    """Return what has to stay: one finding with its severity, or all of them and the verdict."""
    found = sorted(f"{f.fingerprint} {f.severity}" for f in report.findings)
    if not fingerprint:
        return (str(report.verdict), *found)
    kept = tuple(line for line in found if line.startswith(f"{fingerprint} "))
    if not kept:
        raise UsageError(f"no finding {fingerprint}", hint="the text report shows the fingerprint of each finding")
    return kept


def _what_of(old: Packed, new: Packed, options: Options, fingerprint: str) -> tuple[str, ...]:
    """Return what two sides give when they are read from a folder."""
    with tempfile.TemporaryDirectory(prefix="abi-diff-bundle-") as name:
        root = Path(name)
        for path, data in {**old.below("old"), **new.below("new")}.items():
            target = root / path
            if not target.resolve().is_relative_to(root.resolve()):
                raise UsageError(f"{path!r} leads out of the bundle")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        try:
            found = compare(str(root / old.argument("old")), str(root / new.argument("new")), options)
            return _what(found, fingerprint)
        except AbidiffError:
            return ()


def _reduced(
    old: Packed, new: Packed, repeats: Callable[[Packed, Packed], bool], until: float
) -> tuple[Packed, Packed]:
    """Leave files out, of both sides alike, while the finding stays; first many at once, then each."""
    kept = sorted({*old.files, *new.files}) if not (old.single or new.single) else []
    size = max(len(kept) // 2, 1)
    while kept and size:
        at = 0
        while at < len(kept) and time.monotonic() < until:
            rest = frozenset(kept[:at] + kept[at + size :])
            one, other = old.only(rest), new.only(rest)
            if one.files and other.files and repeats(one, other):
                old, new, kept = one, other, kept[:at] + kept[at + size :]
            else:
                at += size
        size //= 2
    return old, new


def _arguments(old: Packed, new: Packed, profile: str, options: Options) -> tuple[str, ...]:
    given = [f"--profile {profile}"] if profile else []
    given += [f"--surface {name}" for name in options.surfaces]
    given += [f"--{name} '{glob}'" for name, glob in options.globs]
    given += [f"-D {name}={value}" for name, value in options.defines]
    return ("compare", old.argument("old"), new.argument("new"), *given)
