"""Raw material for release notes: what a comparison found, in the sections of libvirt's NEWS.

Breakage comes first, with its witness in short; then what is new, grouped so that a
person can paste and edit it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from abidiff.config import Config
from abidiff.finding import Finding, Report, Severity
from abidiff.rule import load
from abidiff.surfaces import SURFACES
from abidiff.waivers import release_notes

REMOVED = "Removed features"
NEW = "New features"
IMPROVED = "Improvements"
OPEN = "To be looked at before the release"


@dataclass(frozen=True, slots=True)
class Entry:
    """One bullet: a component, a name, a title, sentences, places, and lists under a heading each.

    An item is a name and what is said of it.
    """

    component: str
    title: str
    text: tuple[str, ...] = ()
    items: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    name: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the notes."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one release."""

    title: str
    sections: tuple[Section, ...] = field(default=())


def notes(report: Report, config: Config) -> Notes:
    """Arrange what was found; what is private (severity ``off``) is left out."""
    version = f"v{report.new.version}" if report.new.version else report.new.label or report.new.origin
    date = report.new.date or "unreleased"
    own = [Entry(f.unit or "general", text) for text, f in release_notes(config, report.findings)]
    noted = {f.fingerprint for _, f in release_notes(config, report.findings)}
    broken = [f for f in report.findings if f.severity is Severity.BREAKING and f.fingerprint not in noted]
    open_ = [f for f in report.findings if f.severity is Severity.UNDECIDED and not f.waiver]
    improved = [f for f in report.findings if f.severity in (Severity.WARNING, Severity.NOTICE)]
    added = [f for f in report.findings if f.severity is Severity.EXTENSION]
    found = (
        Section(OPEN, (*_problems(report), *(_break(report, f) for f in open_))),
        Section(REMOVED, (*own, *(_break(report, f) for f in broken))),
        Section(NEW, tuple(_additions(added))),
        Section(IMPROVED, tuple(_changes(improved))),
    )
    return Notes(f"{version} ({date})", tuple(section for section in found if section.entries))


def _problems(report: Report) -> list[Entry]:
    return [Entry(p.surface or "input", f"could not be looked at: {p.message}") for p in report.problems]


def _break(report: Report, f: Finding) -> Entry:
    text = []
    if f.breaks:
        text.append(f"Breaks: {f.breaks}.".replace("..", "."))
    if f.witness is not None:
        text.append(f"Shown by: {f.witness.summary}.".replace("..", "."))
    if f.waiver:
        text.append(f"Accepted: {f.waiver}.".replace("..", "."))
    places = tuple(
        location.under(side.label)
        for side, location in ((report.old, f.old), (report.new, f.new))
        if side is not None and location is not None
    )
    name = "" if f.subject in f.message else f.subject
    return Entry(f.unit, f.message, tuple(text), name=name, places=places)


def _changes(findings: Sequence[Finding]) -> list[Entry]:
    """One entry a unit and rule: what changed without breaking, as a list."""
    out = []
    for (_, unit, rule), found in _grouped(findings, lambda f: (0, f.unit, f.rule)):
        if not rule.startswith(_NOT_FOR_USERS):
            items = tuple((f.subject, _without(f.subject, f.message)) for f in found)
            out.append(Entry(unit, _summary(rule), (), (("", items),)))
    return out


# What maintainers want to know and users do not.
_NOT_FOR_USERS = ("policy/", "consistency/", "headers/since-", "rng/masked")

# Rule → title of the entry; where it is not here the title is made of the rule's name.
_TITLES = {
    "headers/function-added": "new APIs",
    "symbols/symbol-added": "new symbols",
    "headers/enumerator-added": "new enumerators",
    "headers/constant-added": "new constants",
    "headers/macro-added": "new macros",
    "headers/callback-added": "new callback types",
    "headers/typedef-added": "new types",
    "headers/struct-added": "new structs",
    "headers/record-added": "new structs and unions",
    "headers/enum-added": "new enumerations",
    "headers/variable-added": "new variables",
    "headers/header-added": "new headers",
    "xdr/procedure-added": "new procedures",
    "xdr/enum-value-added": "new protocol values",
    "rng/element-added": "new XML elements",
    "rng/attribute-added": "new XML attributes",
    "rng/value-added": "new XML values",
    "rng/structure-loosened": "XML that may be left out, or stand in more ways",
}
_ORDER = tuple(_TITLES)


def _additions(findings: Sequence[Finding]) -> list[Entry]:
    """One entry a unit and rule, its names grouped by version, type or path."""
    versions = {f.subject: _version(f) for f in findings if f.rule == "symbols/symbol-added"}
    functions = {f.subject for f in findings if f.rule == "headers/function-added"}
    shown = [f for f in findings if f.rule != "symbols/symbol-added" or f.subject not in functions]
    out = []
    for (_, unit, rule), found in _grouped(shown, _addition_order):
        heads: dict[str, list[tuple[str, str]]] = {}
        families = _families([f.subject for f in found]) if rule == "headers/constant-added" else {}
        for f in found:
            heads.setdefault(families.get(f.subject) or _heading(f, versions), []).append(_item(f))
        items = tuple((head, tuple(names)) for head, names in sorted(heads.items(), key=_natural))
        out.append(Entry(unit, _TITLES.get(rule) or _sentence(rule), (), items))
    return out


def _addition_order(f: Finding) -> Key:
    return (_ORDER.index(f.rule) if f.rule in _ORDER else len(_ORDER), f.unit, f.rule)


def _heading(f: Finding, versions: dict[str, str]) -> str:
    """Return what an addition is listed under: symbol version, enumeration, parent element."""
    if f.surface in ("headers", "symbols") and f.subject in versions:
        return versions[f.subject]
    if f.rule == "headers/enumerator-added" and (found := re.search(r" was added to (\w+)$", f.message)):
        return found[1]
    labels = dict(f.details)
    for label in ("enum", "enumeration", "type", "within", "parent", "header"):
        if label in labels and "\n" not in labels[label]:
            return labels[label]
    return ""


def _families(names: Sequence[str]) -> dict[str, str]:
    """Return name → ``VIR_DOMAIN_STATS_*`` for names of which at least four share three words."""
    prefix = {name: "_".join(name.split("_")[:3]) + "_*" for name in names if name.count("_") > 2}
    count = Counter(prefix.values())
    return {name: family for name, family in prefix.items() if count[family] > 3}


def _item(f: Finding) -> tuple[str, str]:
    if f.rule == "headers/function-added":
        return f"{f.subject}()", ""
    if f.surface == "xdr" and len(f.message) < 40 and not f.message.startswith("new"):
        return f.subject, f.message
    if found := re.search(r" now takes (.+)$", f.message):
        return f.subject, found[1]
    return f.subject, f.message if f.rule == "rng/structure-loosened" else ""


def _version(f: Finding) -> str:
    found = re.search(r"\bin ([A-Za-z_][\w.]*)$", f.message)
    return found[1] if found else ""


def _without(subject: str, message: str) -> str:
    """Return a message without the subject that stands before it anyway."""
    return re.sub(rf"^(?:\w+ )?{re.escape(subject)}:? ", "", message)


def _summary(rule: str) -> str:
    """Return what a rule says of itself."""
    surface = next((s for s in SURFACES if s.name == rule.partition("/")[0]), None)
    known = {found.id: found.summary for found in load(surface.rules)} if surface else {}
    text = known.get(rule) or _sentence(rule)
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _sentence(rule: str) -> str:
    return rule.partition("/")[2].replace("-", " ")


def _natural(pair: tuple[str, object]) -> list[tuple[int, int, str]]:
    """Sort ``LIBVIRT_9.7.0`` before ``LIBVIRT_10.1.0``."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d{1,18})", pair[0])]


Key = tuple[int, str, str]


def _grouped(findings: Sequence[Finding], key: Callable[[Finding], Key]) -> list[tuple[Key, list[Finding]]]:
    groups: dict[Key, list[Finding]] = {}
    for f in findings:
        groups.setdefault(key(f), []).append(f)
    return [(name, sorted(found, key=lambda f: (f.subject, f.key))) for name, found in sorted(groups.items())]
