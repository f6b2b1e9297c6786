"""Protocol mutants, judged by rpcgen's own decoders exchanging messages.

A mutant is a real protocol file with one edit.  The judge runs rpcgen on the text of the definitions that the
edit touches (with what they need and who uses them), on both sides, compiles both with libtirpc, and exchanges
random and boundary messages:

- a message of the old side that the new side rejects, leaves partly unread, or encodes again to other bytes
  is harm;
- one of the new side that the old side takes but reads otherwise is harm too; one that it rejects is how
  protocols grow, and is none;
- decoders are strict: a number that rpcgen's header has no enumerator for, or a bool that is neither 0 nor 1, is
  rejected, as RFC 4506 says (rpcgen's own code lets it pass);
- enum names that get another number are harm though the bytes fit, as rpcgen's headers tell; names that were
  exchanged where all messages agree are neither harm nor harmless, and are not counted;
- procedures are paired by number, and their messages exchanged; rpcgen's dispatcher of the new side is called with
  every procedure of the old one, and has to take it.

Beside the single edits there are pairs and triples of them in one file, which belong together where they can.

Beside abi-diff, a text comparison of the compiled structs looks at the same mutants, as libvirt's own
check-remote-protocol does with pdwtags.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from abidiff.errors import ParseError
from abidiff.finding import Problem, Severity
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load
from abidiff.rule import run as run_rules
from abidiff.surfaces.xdr import model as xm
from abidiff.surfaces.xdr.build.parse import assemble, parse
from abidiff.surfaces.xdr.build.resolve import Part, Resolver
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.prove.judge import NEVER_INLINE, compiler, missing, tirpc_flags
from abidiff.surfaces.xdr.read.constants import HeaderConstants
from abidiff.surfaces.xdr.read.definitions import parse_source
from abidiff.surfaces.xdr.read.scan import Source, scan
from abidiff.surfaces.xdr.read.syntax import Item
from abidiff.surfaces.xdr.wire.codec import CodecError, Encoder, TooLargeError
from abidiff.surfaces.xdr.wire.emit import MESSAGE, readable
from abidiff.surfaces.xdr.wire.values import Sampler, Spot, children, random_value
from abidiff.surfaces.xdr.wire.wire import RANGES, Ref, Scope
from bench.mutants.core import Answer, Benchmark, Mutant, ask, sample
from bench.mutants.xdr_calls import call_all, entries

ROOT = Path(__file__).parents[2]
TARBALLS = {
    "libvirt": "releases/libvirt-11.3.0.tar.xz",
    "rpcsvc-proto": "corpora/xdr/rpcsvc-proto-1.4.3.tar.xz",
    "glusterfs": "corpora/xdr/glusterfs-10.3.tar.gz",
    "nfs-utils": "corpora/xdr/nfs-utils-2.6.2.tar.xz",
}
MESSAGES = 12
NO_INLINE = "100000"
"""rpcgen's inlined decoders leave out what xdr_bool() does: the library's own functions are asked."""

LONGEST = 4096
RULES = "abidiff.surfaces.xdr.rules"

Edit = tuple[int, int, str]


# ---- the real input


@dataclass
class Base:
    """A real protocol file among those it belongs to."""

    project: str
    unit: str
    path: str
    files: dict[str, bytes]
    units: tuple[Unit, ...]
    source: Source
    items: tuple[Item, ...]
    segments: list[tuple[int, int]]
    stub: str = ""
    model: xm.Protocols | None = None

    @property
    def text(self) -> str:
        return self.source.text


@cache
def bases() -> tuple[Base, ...]:
    """Read every real protocol that is complete, from the tarballs that are there."""
    found: list[Base] = []
    for project, name in TARBALLS.items():
        if (ROOT / name).exists():
            found += _bases_of(project, _files(ROOT / name))
    return tuple(found)


def _files(tarball: Path) -> dict[str, bytes]:
    files = {}
    with tarfile.open(tarball) as tar:
        for member in tar:
            path = member.name.partition("/")[2]
            wanted = path.endswith(".x") and "tests" not in path
            wanted |= path.startswith("include/libvirt/") and path.endswith((".h", ".h.in"))
            if wanted and member.isfile():
                files[path] = tar.extractfile(member).read()  # type: ignore[union-attr]
    return files


def _bases_of(project: str, files: dict[str, bytes]) -> Iterator[Base]:
    paths = sorted(p for p in files if p.endswith(".x"))
    groups = [paths] if project == "libvirt" else [[path] for path in paths]
    for group in groups:
        mine = {p: files[p] for p in files if not p.endswith(".x") or p in group}
        units = tuple(Unit("xdr", Path(p).stem, "full", (p,), (p,)) for p in group)
        model = parse(Release("", "", mine), Project("bench", units), {})
        if model.problems:
            continue
        for unit in units:
            source = scan(unit.files[0], mine[unit.files[0]])
            items = parse_source(source)
            segments = _segments(source.code)
            if len(segments) == len(items):
                stub = _stub(model, unit, items)
                yield Base(project, unit.name, unit.files[0], mine, units, source, items, segments, stub, model)


def _segments(code: str) -> list[tuple[int, int]]:
    """Cut a file into its definitions."""
    found = []
    depth = start = 0
    for match in re.finditer(r"[{};]", code):
        depth += {"{": 1, "}": -1, ";": 0}[match[0]]
        if match[0] == ";" and depth == 0:
            lead = len(code[start : match.start()]) - len(code[start : match.start()].lstrip())
            found.append((start + lead, match.end()))
            start = match.end()
    return found


def _stub(model: xm.Protocols, unit: Unit, items: Sequence[Item]) -> str:
    """Define what the file takes from C headers."""
    protocol = next(p for p in model.protocols if p.name == unit.name)
    own = {str(item.name) for item in items if item.kind == "const"}
    return "".join(f"#define {c.name} {c.value}\n" for c in protocol.constants if c.name not in own)


# ---- mutants


@dataclass
class Candidate:
    """An edit: where, and which definitions it concerns (by their place in the file)."""

    base: Base
    kind: str
    subject: str
    edits: list[Edit]
    touched: set[int]
    model: Any = field(default=None, repr=False)
    renames: dict[str, str] = field(default_factory=dict)
    parts: Sequence[Candidate] = ()


def candidates() -> dict[str, list[Candidate]]:
    """Return all mutants by kind."""
    found: dict[str, list[Candidate]] = {}
    for base in bases():
        for maker in MAKERS:
            for kind, subject, edits, touched in maker(base):
                renames = {subject: f"{subject}_mutant"} if kind == "struct-renamed" else {}
                found.setdefault(kind, []).append(Candidate(base, kind, subject, edits, touched, None, renames))
    for steps in (2, 3):
        found[f"composed-of-{steps}"] = list(composed([c for group in found.values() for c in group], steps))
    return found


def composed(single: Sequence[Candidate], steps: int) -> Iterator[Candidate]:
    """Yield several edits of one file at once, of definitions that touch each other where there are any."""
    rng = random.Random(steps)
    by_file: dict[str, list[Candidate]] = {}
    for candidate in single:
        if not candidate.kind.startswith("composed"):
            by_file.setdefault(f"{candidate.base.project} {candidate.base.path}", []).append(candidate)
    for _, group in sorted(by_file.items()):
        by_kind: dict[str, list[Candidate]] = {}
        for candidate in group:
            by_kind.setdefault(candidate.kind, []).append(candidate)
        for _ in range(6):
            parts = [rng.choice(by_kind[rng.choice(sorted(by_kind))])]
            near = [c for c in group if c.touched & parts[0].touched] or group
            while len(parts) < steps:
                parts.append(rng.choice(near if rng.random() < 0.7 else by_kind[rng.choice(sorted(by_kind))]))
            made = _together(parts)
            if made is not None:
                yield made


def _together(parts: Sequence[Candidate]) -> Candidate | None:
    """Make one candidate of several; None where their edits meet."""
    edits = sorted(edit for part in parts for edit in part.edits)
    if any(b >= c for (_, b, _), (c, _, _) in pairwise(edits)):
        return None
    renames = {old: new for part in parts for old, new in part.renames.items()}
    subject = "; ".join(f"{part.kind} {part.subject}" for part in parts)
    touched = set().union(*(part.touched for part in parts))
    return Candidate(parts[0].base, f"composed-of-{len(parts)}", subject, edits, touched, None, renames, parts)


def apply(text: str, edits: Sequence[Edit], start: int = 0, end: int | None = None) -> str:
    """Return a text, or a part of it, with those edits that lie in it."""
    end = len(text) if end is None else end
    out, at = [], start
    for a, b, new in sorted(edits):
        if start <= a and b <= end:
            out += [text[at:a], new]
            at = b
    return "".join([*out, text[at:end]])


Made = Iterator[tuple[str, str, list[Edit], set[int]]]


def _line(base: Base, token: Any) -> tuple[int, int]:
    """Return start and end of a declaration with its semicolon."""
    code = base.source.code
    end = code.index(";", token.end_pos) + 1
    start = max(code.rfind(c, 0, token.start_pos) for c in ";{:") + 1
    return start, end


def _structs(base: Base) -> Iterator[tuple[int, Item]]:
    return ((i, item) for i, item in enumerate(base.items) if item.kind == "struct")


def members(base: Base) -> Made:
    """Members added, removed, swapped, renamed, moved into a struct of their own."""
    text = base.text
    for index, item in _structs(base):
        places = [_line(base, node.at) for node in item.body]
        name = str(item.name)
        end = places[-1][1]
        here = {index}
        yield "member-added-last", name, [(end, end, "\n    int mutant_member;")], here
        yield "member-added-first", name, [(places[0][0], places[0][0], "\n    unsigned hyper mutant_member;")], here
        for node, (a, b) in zip(item.body, places, strict=True):
            subject = f"{name}.{node.name}"
            if len(places) > 1:
                yield "member-removed", subject, [(a, b, "")], here
            token = node.at
            yield "member-renamed", subject, [(token.start_pos, token.end_pos, f"{node.name}_mutant")], here
        for (a, b), (c, d), one, two in zip(places, places[1:], item.body, item.body[1:], strict=False):
            swap = [(a, b, text[c:d]), (c, d, text[a:b])]
            yield "members-swapped", f"{name}.{one.name}, {two.name}", swap, here
        if len(places) > 2:
            a, b = places[1][0], places[-1][1]
            start = base.segments[index][0]
            inner = f"struct {name}_mutant {{{text[a:b]}\n}};\n\n"
            edits = [(start, start, inner), (a, b, f"\n    {name}_mutant rest;")]
            yield "members-into-a-struct", name, edits, here


def types(base: Base) -> Made:
    """Types of members and typedefs changed, harmlessly and not."""
    for index, item in enumerate(base.items):
        nodes = item.body if item.kind == "struct" else [item.body] if item.kind == "typedef" else []
        for node in nodes:
            name = str(item.name) if item.kind == "typedef" else f"{item.name}.{node.name}"
            yield from _type_edits(base, node, name, {index})


def _type_edits(base: Base, node: Any, name: str, here: set[int]) -> Made:
    code = base.source.code
    name_at = node.at.start_pos
    if node.form == "plain" and node.type.kind == "basic" and node.type.text in ("int", "unsigned int"):
        a = node.type.at.start_pos
        words: list[tuple[str, str]] = [
            ("int-to-hyper", "hyper "), ("int-to-double", "double "), ("int-to-string", "string "),
            ("int-to-bool", "bool "), ("int-to-short", "short "),
            ("int-sign", "int " if node.type.text.startswith("u") else "unsigned int "),
        ]  # fmt: skip
        for kind, word in words:
            edits = [(a, name_at, word)]
            if kind == "int-to-string":
                edits.append((node.at.end_pos, node.at.end_pos, "<16>"))
            yield kind, name, edits, here
    if node.form == "plain" and "hyper" in node.type.text:
        yield "hyper-to-int", name, [(node.type.at.start_pos, name_at, "int ")], here
        to = "hyper " if node.type.text.startswith("u") else "unsigned hyper "
        yield "hyper-sign", name, [(node.type.at.start_pos, name_at, to)], here
    if node.form == "plain" and node.type.kind == "name":
        yield "required-to-optional", name, [(name_at, name_at, "*")], here
        at = node.at.end_pos
        yield "single-to-array", name, [(at, at, "<4>")], here
    if node.form == "optional":
        star = code.rindex("*", 0, name_at)
        yield "optional-to-required", name, [(star, star + 1, " ")], here
        yield "optional-to-array-of-one", name, [(star, star + 1, " "), (node.at.end_pos, node.at.end_pos, "<1>")], here
    if node.form == "string":
        a = code.rindex("string", 0, name_at)
        yield "string-to-opaque", name, [(a, a + 6, "opaque")], here
        if node.size is None:
            close = code.index(">", node.at.end_pos)
            yield "limit-appears", name, [(close, close, "64")], here
    if node.form in ("variable", "opaque_variable"):
        a, b = code.index("<", node.at.end_pos), code.index(">", node.at.end_pos)
        yield "variable-to-fixed", name, [(a, b + 1, "[3]")], here
        if node.size is None:
            yield "limit-appears", name, [(b, b, "5")], here
        elif node.size.type == "NUMBER":
            yield "limit-goes", name, [(a + 1, b, "")], here
    if node.form in ("fixed", "opaque_fixed") and node.size is not None:
        a, b = node.size.start_pos, node.size.end_pos
        yield "fixed-size-changed", name, [(a, b, f"{23}")], here


def sizes(base: Base) -> Made:
    """Constants and literal limits raised and lowered; constants written otherwise."""
    used = _limits(base)
    for index, item in enumerate(base.items):
        if item.kind == "const" and item.body.type == "NUMBER" and str(item.name) in used:
            value = int(str(item.body), 0) if not re.match(r"0\d", str(item.body)) else int(str(item.body), 8)
            where = (item.body.start_pos, item.body.end_pos)
            touched = {index, *used[str(item.name)]}
            if value > 2:
                yield "constant-lowered", str(item.name), [(*where, str(min(value - 1, 1000)))], touched
            if value < 1 << 30:
                yield "constant-raised", str(item.name), [(*where, str(value * 2))], touched
            yield "constant-in-hex", str(item.name), [(*where, hex(value))], touched
    for index, item in enumerate(base.items):
        nodes = item.body if item.kind == "struct" else [item.body] if item.kind == "typedef" else []
        for node in nodes:
            if node.size is None or node.form in ("fixed", "opaque_fixed"):
                continue
            name = f"{item.name}.{node.name}"
            where = (node.size.start_pos, node.size.end_pos)
            limit = _known(base, str(node.size))
            if limit and limit > 2:
                yield "limit-lowered", name, [(*where, str(min(limit - 1, 1000)))], {index}
                yield "limit-raised", name, [(*where, str(limit + 7))], {index}
                yield "limit-written-out", name, [(*where, str(limit))], {index}


def _known(base: Base, text: str) -> int | None:
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", text):
        return int(text, 8) if re.match(r"0\d", text) else int(text, 0)
    assert base.model is not None
    return next((c.value for p in base.model.protocols for c in p.constants if c.name == text), None)


def _limits(base: Base) -> dict[str, set[int]]:
    """Return which definitions use a constant as the limit of something variable."""
    used: dict[str, set[int]] = {}
    for index, item in enumerate(base.items):
        nodes = item.body if item.kind == "struct" else [item.body] if item.kind == "typedef" else []
        for node in nodes:
            if node.size is not None and node.form not in ("fixed", "opaque_fixed"):
                used.setdefault(str(node.size), set()).add(index)
    return used


def enums(base: Base) -> Made:
    """Values of enums (not those of procedures) removed, added, renumbered, renamed."""
    for index, item in enumerate(base.items):
        if item.kind != "enum" or "_PROC_" in str(item.body[0].name):
            continue
        name, here = str(item.name), {index}
        last = item.body[-1]
        end = (last.value if last.value is not None else last.name).end_pos
        labels = _labels(base)
        yield "enum-value-added", name, [(end, end, ",\n    MUTANT_VALUE = 7777")], here
        for node in item.body:
            token = node.value if node.value is not None else node.name
            if node.value is not None and node.value.type == "NUMBER":
                yield "enum-value-changed", f"{name}.{node.name}", [(token.start_pos, token.end_pos, "7778")], here
            if str(node.name) not in labels:
                renamed = [(node.name.start_pos, node.name.end_pos, f"{node.name}_MUTANT")]
                yield "enum-value-renamed", f"{name}.{node.name}", renamed, here
        if len(item.body) > 1 and str(last.name) not in labels:
            before = item.body[-2]
            a = (before.value if before.value is not None else before.name).end_pos
            yield "enum-value-removed", f"{name}.{last.name}", [(a, end, "")], here
        for one, two in zip(item.body, item.body[1:], strict=False):
            swap = [
                (one.name.start_pos, one.name.end_pos, str(two.name)),
                (two.name.start_pos, two.name.end_pos, str(one.name)),
            ]
            if not {str(one.name), str(two.name)} & labels:
                yield "enum-values-swapped", f"{name}.{one.name}", swap, here


def _labels(base: Base) -> set[str]:
    """Names that something else in the file uses."""
    return {str(t) for i in base.items if i.kind == "union" for c in i.body.cases for t in c.labels}


def unions(base: Base) -> Made:
    """Arms added, removed, and of another type."""
    code = base.source.code
    for index, item in enumerate(base.items):
        if item.kind != "union":
            continue
        name, here = str(item.name), {index}
        cases = item.body.cases
        starts = [code.rindex("case", 0, case.labels[0].start_pos) for case in cases]
        if len(cases) > 1:
            for case, a in zip(cases, starts, strict=True):
                end = code.index(";", case.arm.at.end_pos) + 1
                yield "union-arm-removed", f"{name}.{case.labels[0]}", [(a, end, "")], here
        for case in cases:
            end = code.index(";", case.arm.at.end_pos) + 1
            start = code.index(":", case.labels[-1].end_pos) + 1
            kind = "union-arm-type-changed"
            yield kind, f"{name}.{case.labels[0]}", [(start, end, " quad_t mutant_arm[3];")], here
        if item.body.default is None:
            end = code.index(";", cases[-1].arm.at.end_pos) + 1
            if item.body.discriminant.type.kind == "basic":
                yield "union-arm-added", name, [(end, end, "\ncase 7777: hyper mutant_arm;")], here
        else:
            a = code.rindex("default", 0, item.body.default.arm.at.start_pos)
            if item.body.discriminant.type.kind == "basic":
                yield "default-arm-overridden", name, [(a, a, "case 7777: quad_t mutant_arm[2];\n")], here


def programs(base: Base) -> Made:
    """Procedures removed, added, renumbered, swapped; numbers of programs and versions changed."""
    for index, item in enumerate(base.items):
        if item.kind == "const" and re.search(r"_PROGRAM$", str(item.name)):
            yield (
                "program-number-changed",
                str(item.name),
                [(item.body.start_pos, item.body.end_pos, "0x12345")],
                {index},
            )
        if item.kind == "const" and str(item.name).endswith(("_PROTOCOL_VERSION", "_PROGRAM_VERSION")):
            yield "version-changed", str(item.name), [(item.body.start_pos, item.body.end_pos, "9")], {index}
        if item.kind == "enum" and "_PROC_" in str(item.body[0].name):
            yield from _procedure_enum(item, index)
        if item.kind == "program":
            yield from _program_block(base, item, index)


def _procedure_enum(item: Item, index: int) -> Made:
    nodes, here = item.body, {index}
    last = nodes[-1].value
    prefix = str(nodes[0].name).partition("_PROC_")[0]
    number = int(str(last)) + 1
    yield "procedure-added", prefix, [(last.end_pos, last.end_pos, f",\n    {prefix}_PROC_MUTANT = {number}")], here
    for one, two in pairwise(nodes):
        yield "procedure-removed", str(two.name), [(one.value.end_pos, two.value.end_pos, "")], here
        value = (two.value.start_pos, two.value.end_pos, str(number + 5))
        yield "procedure-renumbered", str(two.name), [value], here
        swap = [
            (one.value.start_pos, one.value.end_pos, str(two.value)),
            (two.value.start_pos, two.value.end_pos, str(one.value)),
        ]
        yield "procedures-swapped", str(one.name), swap, here


def _program_block(base: Base, item: Item, index: int) -> Made:
    here, code = {index}, base.source.code
    number = item.body.number
    names = [str(node.name) for version in item.body.items for node in version.items]
    yield "program-number-changed", str(item.name), [(number.start_pos, number.end_pos, "0x12345")], here
    for version in item.body.items:
        where = (version.number.start_pos, version.number.end_pos)
        yield "version-changed", str(version.name), [(*where, "99")], here
        for node in version.items:
            a = node.result.at.start_pos
            end = code.index(";", node.number.end_pos) + 1
            n = (node.number.start_pos, node.number.end_pos)
            if len(version.items) > 1:
                yield "procedure-removed", str(node.name), [(a, end, "")], here
            if names.count(str(node.name)) == 1:  # else rpcgen's constant has two values
                yield "procedure-renumbered", str(node.name), [(*n, "7777")], here
            yield (
                "procedure-renamed",
                str(node.name),
                [(node.name.start_pos, node.name.end_pos, f"{node.name}_M")],
                here,
            )
            if node.arguments and node.arguments[0].form == "plain" and node.arguments[0].type.kind == "name":
                t = node.arguments[0].type.at
                if code[: t.start_pos].rstrip().endswith("struct"):
                    continue
                yield "argument-changed", str(node.name), [(t.start_pos, t.end_pos, "double")], here
                yield "argument-lost", str(node.name), [(t.start_pos, t.end_pos, "void")], here
        yield "procedure-added", str(version.name), [(end, end, "\n int MUTANT_PROC(int) = 7778;")], here


def texts(base: Base) -> Made:
    """Edits of the text alone."""
    text = base.text
    for index, ((a, b), item) in enumerate(zip(base.segments, base.items, strict=True)):
        here = {index}
        if item.kind == "struct":
            name = str(item.name)
            yield "comment-added", name, [(a, a, "/* a mutant */ ")], here
            yield "blanks-changed", name, [(a, b, re.sub(r"[ \t]+(?=[^\n]*;)", "  ", text[a:b]))], here
            yield "typedef-of-itself", name, [(b, b, f"\ntypedef struct {name} {name};")], here
            if not re.search(r"(?i)_?(args|ret|msg)$", name):
                word = re.compile(rf"\b{re.escape(name)}\b")
                edits = [(m.start(), m.end(), f"{name}_mutant") for m in word.finditer(base.source.code)]
                users = {i for i, (c, d) in enumerate(base.segments) if any(c <= e[0] < d for e in edits)}
                if base.project != "libvirt" or base.unit != "remote_protocol":
                    yield "struct-renamed", name, edits, users
        if item.kind == "const" and index + 1 < len(base.segments) and base.items[index + 1].kind == "const":
            c, d = base.segments[index + 1]
            yield "definitions-swapped", str(item.name), [(a, b, text[c:d]), (c, d, text[a:b])], {index, index + 1}


def wires(base: Base) -> Made:
    """Other trees over the same bytes, and numbers that get or lose names."""
    code = base.source.code
    enums_ = {str(item.name): item for item in base.items if item.kind == "enum" and not _is_procedures(item)}
    for index, item in enumerate(base.items):
        here, (start, end) = {index}, base.segments[index]
        name = str(item.name)
        if item.kind == "typedef" and item.body.form == "opaque_fixed":
            size = _known(base, str(item.body.size))
            if size and size > 4 and size % 4 == 0:
                for kind, rest in (("opaque-split", size - 4), ("opaque-split-longer", size)):
                    split = f"struct {name} {{ opaque mutant_a[4]; opaque mutant_b[{rest}]; }};"
                    yield kind, name, [(start, end, split)], here
        if item.kind != "struct":
            continue
        at = _line(base, item.body[-1].at)[1]
        yield "member-of-no-bytes", name, [(at, at, "\n    opaque mutant_none[0];")], here
        yield "member-of-a-length", name, [(at, at, "\n    opaque mutant_none<0>;")], here
        for node in item.body:
            if node.form != "plain" or node.type.kind not in ("basic", "name"):
                continue
            subject, a = f"{name}.{node.name}", node.type.at.start_pos
            if node.type.kind == "basic" and node.type.text == "int" and enums_:
                known = next(iter(enums_))
                place = base.items.index(enums_[known])
                if place < index:
                    yield "int-to-enum", subject, [(a, node.at.start_pos, f"{known} ")], {index, place}
            if node.type.text in enums_ and code[:a].rstrip()[-4:] != "enum":
                yield "enum-to-int", subject, [(a, node.at.start_pos, "int ")], here
                cases = " ".join(f"case {v.name}:" for v in _distinct(base, enums_[node.type.text]))
                union = f"union {name}_mutant switch ({node.type.text} d) {{ {cases} void; }};\n"
                edits = [(start, start, union), (a, node.at.start_pos, f"{name}_mutant ")]
                yield "enum-to-void-union", subject, edits, here


def _distinct(base: Base, item: Item) -> list[Any]:
    """Return one enumerator for each number."""
    assert base.model is not None
    values = {v.name: v.value for p in base.model.protocols for t in p.types if isinstance(t, xm.Enum)
              for v in t.values}  # fmt: skip
    found: dict[int | None, Any] = {}
    for node in item.body:
        found.setdefault(values.get(str(node.name)), node)
    return list(found.values())


def nothing(base: Base) -> Made:
    """Procedure 0, which dispatchers answer on their own."""
    code = base.source.code
    for index, item in enumerate(base.items):
        for version in item.body.items if item.kind == "program" else ():
            for node in version.items:
                void = node.result.form == "void" and (not node.arguments or node.arguments[0].form == "void")
                if str(node.number) == "0" and void and len(version.items) > 1:
                    a, end = node.result.at.start_pos, code.index(";", node.number.end_pos) + 1
                    yield "procedure-0-removed", str(node.name), [(a, end, "")], {index}


MAKERS: tuple[Callable[[Base], Made], ...] = (members, types, sizes, enums, unions, programs, texts, wires, nothing)


# ---- the judge


STRICT = r"""
#include <rpc/rpc.h>
#ifndef STRICT_BOOL
#define STRICT_BOOL
static bool_t strict_bool(XDR *x, bool_t *v) {
    enum_t word = *v;
    if (x->x_op == XDR_FREE) return TRUE;
    if (!xdr_enum(x, &word)) return FALSE;
    *v = word;
    return word == 0 || word == 1;
}
#define xdr_bool strict_bool
#endif
"""
"""RFC 4506 section 4.4, which libtirpc does not hold to."""


def _strict(codec: str, header: str) -> str:
    """Let the decoders of enumerations reject what rpcgen's header has no enumerator for (section 4.3)."""
    for name, body in re.findall(r"^enum (\w+) \{\n(.*?)^\};", header, re.M | re.S):
        known = " && ".join(f"(int)*objp != {label}" for label in re.findall(r"^\s*(\w+)(?: = [^,]+)?,", body, re.M))
        codec = re.sub(
            rf"(xdr_{name} \(XDR \*xdrs, {name} \*objp\)\n\{{.*?)(\treturn TRUE;)",
            rf"\1\tif (xdrs->x_op == XDR_DECODE && {known}) return FALSE;\n\2", codec, count=1, flags=re.S,
        )  # fmt: skip
    return codec


DRIVER = r"""
#include "in.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
typedef bool_t (*proc_t)(XDR *, void *);
static struct { const char *name; proc_t proc; size_t size; } table[] = {
%s};
static char line[1 << 23];
static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }
int main(void) {
    while (fgets(line, sizeof line, stdin)) {
        char name[256], *h; int k;
        for (k = 0; k < 255 && line[k] != ' '; k++) name[k] = line[k];
        name[k] = 0;
        h = line + k; while (*h == ' ') h++;
        size_t n = strspn(h, "0123456789abcdef") / 2, i, t;
        char *in = malloc(n + 1), *out = malloc(2 * n + 4096);
        for (i = 0; i < n; i++) in[i] = (char)(digit(h[2 * i]) << 4 | digit(h[2 * i + 1]));
        for (t = 0; t < sizeof table / sizeof *table && strcmp(table[t].name, name); t++);
        if (t == sizeof table / sizeof *table) { printf("unknown\n"); continue; }
        XDR x, y; xdrmem_create(&x, in, n, XDR_DECODE); xdrmem_create(&y, out, 2 * n + 4096, XDR_ENCODE);
        void *v = calloc(1, table[t].size + 64);
        if (!table[t].proc(&x, v)) printf("reject\n");
        else if (!table[t].proc(&y, v)) printf("stuck\n");
        else if (xdr_getpos(&x) != n) printf("left\n");
        else printf(xdr_getpos(&y) == n && !memcmp(in, out, n) ? "same\n" : "other\n");
        fflush(stdout);
        free(in); free(out);
    }
    return 0;
}
"""


@dataclass
class Real:
    """rpcgen's view of one side: a running decoder, and what its header says."""

    header: str
    folder: Path
    structs: dict[str, list[str]] = field(default_factory=dict)
    enums: dict[str, dict[str, int]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def ask(self, messages: Sequence[tuple[str, bytes]]) -> list[str]:
        text = "".join(f"{name} {data.hex()}\n" for name, data in messages)
        done = subprocess.run(
            [self.folder / "judge"], input=text, capture_output=True, text=True, timeout=60, check=False
        )
        said = done.stdout.splitlines()
        return said + ["crash"] * (len(messages) - len(said))


def build(text: str, stub: str, folder: Path) -> Real | str:
    """Run rpcgen and the compiler on a text; return what is wrong when it is none."""
    folder.mkdir()
    body = re.sub(r"^%.*", "", text, flags=re.MULTILINE)
    (folder / "in.x").write_text(body, encoding="utf-8", errors="replace")
    for options, target in ((["-h"], "in.h"), (["-i", NO_INLINE, "-c"], "in_xdr.c")):
        command = ["rpcgen", *options, "-o", target, "in.x"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            return f"rpcgen: {done.stderr.strip()[:80]}"
    header = (folder / "in.h").read_text(errors="replace")
    (folder / "in.h").write_text(stub + STRICT + header + NEVER_INLINE)
    codec = folder / "in_xdr.c"
    codec.write_text(_strict(codec.read_text(errors="replace"), header))
    names = sorted(set(re.findall(r"xdr_(\w+) \(XDR \*, (\w+)\s?(\*|);?", header)))
    rows = "".join(f'    {{ "{n}", (proc_t)xdr_{n}, sizeof({n}) }},\n' for n, *_ in names)
    (folder / "main.c").write_text(DRIVER % rows)
    flags = tirpc_flags() or ()
    command = [compiler() or "cc", "-w", "-O0", *flags, "-o", "judge", "main.c", "in_xdr.c", "-ltirpc"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        return f"cc: {done.stderr.strip().splitlines()[0][:120]}"
    return _headed(Real(header, folder))


def _headed(real: Real) -> Real:
    for match in re.finditer(r"^struct (\w+) \{\n(.*?)^\};", real.header, re.M | re.S):
        real.structs[match[1]] = re.findall(r"(\w+)(?:\[\w+\])?;$", re.sub(r"\{[^{}]*\}", "", match[2]), re.M)
    for match in re.finditer(r"^enum (\w+) \{\n(.*?)^\};", real.header, re.M | re.S):
        value = -1
        known: dict[str, int] = {}
        for name, text in re.findall(r"(\w+)(?: = (-?\w+(?: \+ \d+)?))?,", match[2]):
            value = _number(real, text, known) if text else value + 1
            known[name] = value
        real.enums[match[1]] = known
    for name, text in re.findall(r"^#define (\w+) (?:\(\(unsigned long\)\()?(-?\w+)", real.header, re.M):
        if re.fullmatch(r"-?(0x[0-9a-fA-F]+|\d+)", text):
            real.numbers[name] = int(text, 0) if not re.match(r"-?0\d", text) else int(text, 8)
    return real


def _number(real: Real, text: str, known: dict[str, int]) -> int:
    first, _, more = text.partition(" + ")
    if more:
        return _number(real, first, known) + int(more)
    if text in known:
        return known[text]
    if text in real.numbers:
        return real.numbers[text]
    try:
        return int(text, 0)
    except ValueError:
        return -(10**9)


@dataclass
class Verdict:
    harmful: bool | None
    why: str


def judge(candidate: Candidate) -> Verdict:
    """Exchange messages between the two sides of a mutant."""
    base = candidate.base
    chosen = _slice(base, candidate.touched)
    old = _old_side(base.project, base.path)
    with tempfile.TemporaryDirectory(prefix="abidiff-bench-") as folder:
        new = build(_cut(base, chosen, candidate.edits), base.stub, Path(folder, "new"))
        if isinstance(old, str) or isinstance(new, str):
            return Verdict(None, old if isinstance(old, str) else str(new))
        verdict = _exchange(candidate, old, new)
    if verdict.harmful is False:
        for part in candidate.parts:  # bytes that agree by chance are read as other values
            part.model = model_of(part.base, apply(part.base.text, part.edits))
            if judge(part).harmful is not False:
                return Verdict(None, f"the bytes agree, though {part.kind} alone is harm")
    return verdict


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _old_side(project: str, path: str) -> Real | str:
    """Build the whole old side of a protocol once; what it takes from another file comes along."""
    base = next(b for b in bases() if (b.project, b.path) == (project, path))
    _FOLDERS.append(tempfile.TemporaryDirectory(prefix="abidiff-bench-"))
    return build(_foreign(base) + base.source.code, base.stub, Path(_FOLDERS[-1].name, "old"))


@cache
def _foreign_text(project: str, path: str) -> str:
    base = next(b for b in bases() if (b.project, b.path) == (project, path))
    assert base.model is not None
    scope = Scope(base.model)
    imports = next(p.imports for p in base.model.protocols if p.name == base.unit)
    return readable(scope, [Ref(unit, xm.Named(name)) for name, unit in imports])[0] if imports else ""


def _foreign(base: Base) -> str:
    """Return the types that a file takes from another one."""
    return re.sub(rf"^struct {MESSAGE} .*?^}};\n", "", _foreign_text(base.project, base.path), flags=re.M | re.S)


def _slice(base: Base, touched: set[int]) -> list[int]:
    """Return the definitions that the edit concerns, their users and all that these need."""
    code = base.source.code
    names = {str(item.name): i for i, item in enumerate(base.items) if item.kind != "program"}
    names.update({str(n.name): i for i, item in enumerate(base.items) if item.kind == "enum" for n in item.body})
    uses: list[set[int]] = []
    for a, b in base.segments:
        uses.append({names[w] for w in re.findall(r"[A-Za-z_]\w*", code[a:b]) if w in names})
    chosen = set(touched)
    for index in touched:
        chosen |= {
            i for i, used in enumerate(uses) if (index in used and base.items[i].kind != "program") or i == index
        }
        chosen = set(sorted(chosen)[:40]) | touched
    if any(base.items[i].kind == "program" or _is_procedures(base.items[i]) for i in touched):
        chosen |= {i for i, item in enumerate(base.items) if item.kind == "const"}
    queue = list(chosen)
    while queue:
        for used in uses[queue.pop()]:
            if used not in chosen:
                chosen.add(used)
                queue.append(used)
    return sorted(chosen)


def _is_procedures(item: Item) -> bool:
    return item.kind == "enum" and "_PROC_" in str(item.body[0].name)


def _cut(base: Base, chosen: Sequence[int], edits: Sequence[Edit]) -> str:
    parts = []
    for index in chosen:
        a, b = base.segments[index]
        parts.append(apply(base.source.code, edits, a, b))
    inserted = "".join(new for a, b, new in edits if a == b and not _inside(base, chosen, a))
    return _foreign(base) + inserted + "\n".join(parts) + "\n"


def _inside(base: Base, chosen: Sequence[int], at: int) -> bool:
    return any(base.segments[i][0] <= at <= base.segments[i][1] for i in chosen)


def _exchange(candidate: Candidate, old: Real, new: Real) -> Verdict:
    exchanged = False
    for name, values in old.enums.items():
        if "_PROC_" in next(iter(values), ""):
            continue
        other_values = new.enums.get(name)
        alike = other_values is not None and set(other_values) == set(values)
        if alike and other_values != values and set((other_values or {}).values()) == set(values.values()):
            exchanged = True
        else:
            verdict = _enum_verdict(name, values, other_values)
            if verdict:
                return verdict
    for name, order in old.structs.items():
        other = new.structs.get(candidate.renames.get(name, name))
        exchanged |= other is not None and other != order and sorted(other) == sorted(order)
    verdict = _numbers(candidate, old, new)
    if verdict:
        return verdict
    verdict = _messages(candidate, old, new)
    if exchanged and verdict.harmful is False:
        return Verdict(None, "names were exchanged, and all messages agree")
    return verdict


def _enum_verdict(name: str, values: dict[str, int], other: dict[str, int] | None) -> Verdict | None:
    if other is None:
        return None
    for label, value in values.items():
        if label in other and other[label] != value:
            return Verdict(True, f"rpcgen's header: {label} is {value} and {other[label]}")
        if value not in other.values():
            return Verdict(True, f"rpcgen's header: nothing in {name} is {value}")
    return None


def _numbers(candidate: Candidate, old: Real, new: Real) -> Verdict | None:
    """Pair programs, versions and procedures by what rpcgen's headers say."""
    program = re.compile(r"_PROGRAM$|_PROTOCOL_VERSION$|_PROGRAM_VERSION$")
    named = {str(candidate.base.items[i].name) for i in candidate.touched}
    for name, value in old.numbers.items():
        if name in named and program.search(name) and new.numbers.get(name) != value:
            return Verdict(True, f"rpcgen's header: {name} is {value} and {new.numbers.get(name)}")
    for name, values in old.enums.items():
        if "_PROC_" in next(iter(values), "") and name in new.enums:
            return _procedures(values, new.enums[name])
    blocks = [i for i in candidate.touched if candidate.base.items[i].kind == "program"]
    return _block(candidate, blocks[0], old, new) if blocks else None


def _procedures(values: dict[str, int], other: dict[str, int]) -> Verdict | None:
    for label, value in values.items():
        if other.get(label) != value:
            return Verdict(True, f"rpcgen's header: procedure {label} was {value}, is {other.get(label)}")
    return None


def _dispatcher(text: str) -> dict[str, set[str]] | None:
    """Return what rpcgen's dispatchers do: (program, version) functions → case with argument and result types."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in.x").write_text(re.sub(r"^%.*", "", text, flags=re.M), errors="replace")
        options = ["rpcgen", "-m", "in.x"]
        done = subprocess.run(options, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        head = subprocess.run(
            ["rpcgen", "-h", "in.x"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
    if done.returncode or head.returncode:
        return None
    numbers = dict(re.findall(r"^#define (\w+) \(?\(?(?:unsigned long\)\()?(\w+)", head.stdout, re.M))
    found: dict[str, set[str]] = {}
    pattern = r"case (\w+):\n\t\t_xdr_argument = \(xdrproc_t\) (\w+);\n\t\t_xdr_result = \(xdrproc_t\) (\w+);"
    bodies = re.split(r"^(\w+_\d+)\(struct svc_req \*rqstp", done.stdout, flags=re.M)
    for name, body in zip(bodies[1::2], bodies[2::2], strict=False):
        rows = {f"{numbers.get(c, c)} {a} {r}" for c, a, r in re.findall(pattern, body)}
        rows |= {numbers.get(c, c) + " null" for c in re.findall(r"case (NULLPROC):", body)}
        found[name] = rows
    return found


def _block(candidate: Candidate, index: int, before: Real, after: Real) -> Verdict | None:
    base = candidate.base
    name = str(base.items[index].name)
    if before.numbers.get(name) != after.numbers.get(name):
        return Verdict(True, f"rpcgen's header: {name} is {before.numbers.get(name)} and {after.numbers.get(name)}")
    verdict = _called(candidate)
    if verdict is not None:
        return verdict
    a, b = base.segments[index]
    old = _dispatcher(apply(base.source.code, [], a, b))
    new = _dispatcher(apply(base.source.code, candidate.edits, a, b))
    if new is not None:
        for first, then in _renames(candidate).items():
            new = {n: {re.sub(rf"\b(xdr_)?{then}\b", rf"\g<1>{first}", row) for row in rows} for n, rows in new.items()}
    if old is None or new is None:
        return Verdict(None, "rpcgen: no dispatcher")
    for name, rows in old.items():
        if name not in new:
            return Verdict(True, f"rpcgen's dispatcher: no {name}")
        gone = {row for row in rows - new[name] if row != "0 xdr_void xdr_void"}  # it answers that one by itself
        if gone:
            return Verdict(True, f"rpcgen's dispatcher: {sorted(gone)[0]} is gone")
    return None


def _called(candidate: Candidate) -> Verdict | None:
    """Call the new side's dispatcher with every procedure of the old side; None when it takes them all."""
    base = candidate.base
    chosen = _slice(base, candidate.touched)
    before, after = (_cut(base, chosen, edits) for edits in ([], candidate.edits))
    wanted, there = entries(before), entries(after)
    if not wanted or not there:
        return None
    answers = call_all(after, base.stub, wanted)
    if isinstance(answers, str):
        return Verdict(None, answers)
    numbers = {(e.name, e.program, e.version): e.procedure for e in there}
    for entry, said in zip(wanted, answers, strict=True):
        if said.status in ("PROG_UNAVAIL", "PROG_MISMATCH", "PROC_UNAVAIL", "SILENT"):
            return Verdict(True, f"rpcgen's dispatcher: {entry.name} gets {said.status}")
        now = numbers.get((entry.name, entry.program, entry.version), entry.procedure)
        if now != entry.procedure and not (entry.void and entry.procedure == 0 and not said.reached):
            return Verdict(True, f"rpcgen's dispatcher: {entry.name} has the number {now}")
    return None


def _messages(candidate: Candidate, old: Real, new: Real) -> Verdict:
    base = candidate.base
    assert base.model is not None
    renames = _renames(candidate)
    sent = _sample(base.model, base.unit, new, candidate, {after: before for before, after in renames.items()})
    mine = old.ask([(name, data) for name, data in sent])
    sent = [message for message, said in zip(sent, mine, strict=True) if said == "same"]
    answers = new.ask([(renames.get(name, name), data) for name, data in sent])
    for (name, data), said in zip(sent, answers, strict=True):
        if said in ("reject", "left", "other", "stuck", "crash"):
            return Verdict(True, f"old → new, {name} of {len(data)} bytes: {said}")
    model = candidate.model
    if model is None or model.problems:
        return Verdict(None, "no model of the mutant to send from")
    back = {after: before for before, after in renames.items()}
    sent = _sample(model, base.unit, new, candidate, {})
    mine = new.ask([(name, data) for name, data in sent])
    sent = [message for message, said in zip(sent, mine, strict=True) if said == "same"]
    answers = old.ask([(back.get(name, name), data) for name, data in sent])
    for (name, data), said in zip(sent, answers, strict=True):
        if said in ("left", "other", "stuck", "crash"):
            return Verdict(True, f"new → old, {name} of {len(data)} bytes: {said}")
    return Verdict(False, f"{len(sent)} messages each way are read as sent")


def _renames(candidate: Candidate) -> dict[str, str]:
    return candidate.renames


def _sample(
    model: xm.Protocols, unit: str, real: Real, candidate: Candidate, back: dict[str, str]
) -> list[tuple[str, bytes]]:
    """Return random and boundary messages of all types around the edit."""
    scope = Scope(model)
    rng = random.Random(f"{candidate.kind} {candidate.subject}")
    found = []
    for found_name in sorted(set(re.findall(r"xdr_(\w+) \(XDR", real.header))):
        name = back.get(found_name, found_name)
        at = scope.find(unit, name)
        if at is None:
            continue
        ref = Ref(unit, xm.Named(name))
        for _ in range(MESSAGES):
            found += _encoded(scope, ref, name, partial(random_value, scope, ref, rng))
        for part, inner in children(*at):
            size = getattr(inner.type, "size", None)
            length = None
            if size is not None and not getattr(inner.type, "fixed", False) and size.value is not None:
                length = min(size.value, LONGEST)
            numbers: tuple[int | None, ...] = (None,) if length is not None or part.startswith("case ") else ()
            if isinstance(inner.type, xm.Simple) and inner.type.kind in RANGES:
                numbers = (*RANGES[inner.type.kind], min(RANGES[inner.type.kind][1], 1234567))
            for number in numbers:
                spot = Spot((at[0], at[1].name), part, number, length)
                found += _encoded(scope, ref, name, partial(Sampler(scope, spot).value, ref))
    return found


def _encoded(scope: Scope, ref: Ref, name: str, make: Callable[[], Any]) -> list[tuple[str, bytes]]:
    try:
        return [(name, Encoder(scope).encode(ref, make()))]
    except (CodecError, TooLargeError, KeyError, IndexError):
        return []


# ---- the tools


@cache
def _part(path: str, data: bytes) -> Part:
    source = scan(path, data)
    return Part(source, parse_source(source))


@cache
def _headers(project: str) -> HeaderConstants:
    base = next(b for b in bases() if b.project == project)
    return HeaderConstants(base.files, sorted(p for p in base.files if not p.endswith(".x")))


def model_of(base: Base, text: str) -> xm.Protocols:
    """Read the mutated file among its unchanged neighbours, which are scanned only once."""
    resolvers = []
    for unit in base.units:
        path = unit.files[0]
        mine = path == base.path
        data = text.encode("utf-8", "surrogateescape") if mine else base.files[path]
        try:
            part = (_part.__wrapped__ if mine else _part)(path, data)
        except ParseError as error:
            return xm.Protocols((), (Problem("xdr", error.message, error.location),))
        resolvers.append(Resolver(unit.name, [part], _headers(base.project)))
    return assemble(resolvers, [])


def abidiff_says(mutant: Mutant) -> Answer:
    candidate: Candidate = mutant.new
    assert candidate.base.model is not None
    if candidate.model.problems:
        return Answer.FAILED
    findings = run_rules(load(RULES), compare(candidate.base.model, candidate.model))
    if any(f.severity is Severity.BREAKING for f in findings):
        return Answer.BREAKING
    return Answer.UNDECIDED if any(f.severity is Severity.UNDECIDED for f in findings) else Answer.SILENT


def structs_say(mutant: Mutant) -> Answer:
    """Compare the compiled structs as text, as pdwtags would print them."""
    candidate: Candidate = mutant.new
    base = candidate.base
    chosen = _slice(base, candidate.touched)
    texts_ = [_declarations(_cut(base, chosen, edits)) for edits in ([], candidate.edits)]
    if None in texts_:
        return Answer.FAILED
    return Answer.SILENT if texts_[0] == texts_[1] else Answer.BREAKING


@cache
def _declarations(text: str) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in.x").write_text(re.sub(r"^%.*", "", text, flags=re.M), errors="replace")
        done = subprocess.run(
            ["rpcgen", "-h", "in.x"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
    if done.returncode:
        return None
    blocks = re.findall(r"^(?:struct|enum) \w+ \{\n.*?^\};", done.stdout, re.M | re.S)
    return "\n".join(sorted(re.sub(r"\s+", " ", block) for block in blocks))


def run(seed: int, count: int) -> Benchmark:
    """Make, judge and ask about ``count`` mutants."""
    if missing():
        raise SystemExit(f"not installed: {missing()}")
    if not bases():
        raise SystemExit("no real protocols: run `make releases` first")
    rng = random.Random(seed)
    mutants = []
    for candidate in sample(candidates(), count, rng):
        candidate.model = model_of(candidate.base, apply(candidate.base.text, candidate.edits))
        verdict = judge(candidate)
        subject = f"{candidate.base.project}/{candidate.base.unit}: {candidate.subject}"
        mutants.append(Mutant(candidate.kind, subject, None, candidate, verdict.harmful, verdict.why))
        if len(mutants) % 100 == 0:
            print(f"judged {len(mutants)} of {count}", file=sys.stderr, flush=True)
    ours = ask("abi-diff", mutants, abidiff_says)
    theirs = ask("struct dump", mutants, structs_say, note="text of the compiled structs and enums, sorted by name: "
                 "what a comparison of pdwtags output sees. It cannot see limits, constants, dispatch tables or wire "
                 "types that C spells alike, and every rename and addition is a difference to it.")  # fmt: skip
    left = sum(1 for m in mutants if m.harmful is None)
    sources = sorted({f"{b.project} ({sum(1 for o in bases() if o.project == b.project)} files)" for b in bases()})
    notes = [
        f"protocols: {', '.join(sources)}",
        "judge: rpcgen's own code for both sides, compiled with libtirpc, exchanging random and boundary messages; "
        "decoders reject what RFC 4506 calls an error: numbers without an enumerator, bools that are neither 0 nor 1; "
        "rpcgen's headers for names and numbers, its dispatchers are called over a pair of sockets",
        f"{left} mutants were not judged (rpcgen or the C compiler takes one side only, names alone were exchanged, "
        "or the bytes of a composition agree by chance)",
    ]
    title = "Protocol mutants: abi-diff against rpcgen's decoders"
    return Benchmark("xdr", title, seed, mutants, [ours, theirs], notes)
