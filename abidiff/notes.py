"""Raw material for release notes: what a comparison found, in the sections of libvirt's NEWS.

Breakage comes first, one entry a cause; then what is new, one entry a component and kind, so that a
person can paste and edit it.  Witnesses and places are added on request.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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

    An item is a name and what is said of it; ``names``: what the title speaks about.
    """

    component: str
    title: str
    text: tuple[str, ...] = ()
    items: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    names: tuple[str, ...] = ()
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


def notes(report: Report, config: Config, *, witness: bool = False) -> Notes:
    """Arrange what was found; what is private (severity ``off``) is left out.

    ``witness``: with whom each breakage breaks, what shows it, and where it stands.
    """
    version = f"v{report.new.version}" if report.new.version else report.new.label or report.new.origin
    date = report.new.date or "unreleased"
    own = [Entry(f.unit or "general", text) for text, f in release_notes(config, report.findings)]
    noted = {f.fingerprint for _, f in release_notes(config, report.findings)}
    broken = [f for f in report.findings if f.severity is Severity.BREAKING and f.fingerprint not in noted]
    open_ = [f for f in report.findings if f.severity is Severity.UNDECIDED and not f.waiver]
    improved = [f for f in report.findings if f.severity in (Severity.WARNING, Severity.NOTICE)]
    added = [f for f in report.findings if f.severity is Severity.EXTENSION]
    found = (
        Section(OPEN, (*_problems(report), *_breaks(report, open_, witness))),
        Section(REMOVED, (*own, *_breaks(report, broken, witness))),
        Section(NEW, tuple(_additions(added))),
        Section(IMPROVED, tuple(_changes(_not_told(improved, added)))),
    )
    return Notes(f"{version} ({date})", tuple(section for section in found if section.entries))


def _problems(report: Report) -> list[Entry]:
    return [Entry(p.surface or "input", f"could not be looked at: {p.message}") for p in report.problems]


def _breaks(report: Report, findings: Sequence[Finding], witness: bool) -> list[Entry]:
    """One entry for all findings of one rule and unit that say the same of neighbouring names."""
    groups: dict[tuple[str, str, str, str, str], list[tuple[Finding, str]]] = {}
    for f in findings:
        said, parent = _said_of_all(f)
        groups.setdefault((f.rule, f.unit, said, parent, f.waiver), []).append((f, said))
    return [_break(report, [f for f, _ in found], found[0][1], witness) for found in groups.values()]


def _said_of_all(f: Finding) -> tuple[str, str]:
    """Return what a message says without naming its subject, and the path above it; nothing where it can't be told."""
    parent, slash, leaf = f.subject.rpartition("/")
    for named in (f"attribute '{leaf[1:]}' ", f"<{leaf}> "):
        if slash and f.message.startswith(named):
            return f.message[len(named) :], parent
    return f.key + "\0" + f.subject + "\0" + f.message, ""


def _break(report: Report, found: Sequence[Finding], said: str, witness: bool) -> Entry:
    first = found[0]
    text: list[str] = []
    places: list[str] = []
    if witness:
        text += [f"Breaks: {f.breaks}.".replace("..", ".") for f in found if f.breaks]
        text += [f"Shown by: {f.witness.summary}.".replace("..", ".") for f in found if f.witness is not None]
        places = [
            location.under(side.label)
            for f in found
            for side, location in ((report.old, f.old), (report.new, f.new))
            if side is not None and location is not None
        ]
    if first.waiver:
        text.append(f"Accepted: {first.waiver}.".replace("..", "."))
    names = (
        (first.subject, *(_leaf(f) for f in found[1:])) if len(found) > 1 or first.subject not in first.message else ()
    )
    title = said.removeprefix("is ") if len(found) > 1 else first.message
    return Entry(_component(first), title, tuple(dict.fromkeys(text)), (), names, tuple(dict.fromkeys(places)))


def _leaf(f: Finding) -> str:
    return f.subject.rpartition("/")[2]


def _component(f: Finding) -> str:
    return f.unit.removesuffix(".rng") if f.surface == "rng" else f.unit


def _not_told(changes: Sequence[Finding], added: Sequence[Finding]) -> list[Finding]:
    """Leave out values that documents can hold now where the same place is told to take new values."""
    told = {f.subject for f in added if f.rule == "rng/value-added"}
    return [f for f in changes if f.rule != "rng/output-value-added" or f.subject not in told]


def _changes(findings: Sequence[Finding]) -> list[Entry]:
    """One entry a unit and rule: what changed without breaking, as a list."""
    out = []
    for (_, _, rule), found in _grouped(findings, lambda f: (0, f.unit, f.rule)):
        if not rule.startswith(_NOT_FOR_USERS):
            items = tuple((f.subject, _without(f.subject, f.message)) for f in found)
            out.append(Entry(_component(found[0]), _summary(rule), (), (("", items),)))
    return out


# What maintainers want to know and users do not.
_NOT_FOR_USERS = ("policy/", "consistency/", "headers/since-", "drivers/since-", "rng/masked")

_XML = "new elements, attributes and values"
_DRIVERS = "support gained"
# Constants of one family are listed up to this number; beyond it the family and their number stand for them.
_LISTED = 5

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
    "rng/element-added": _XML,
    "rng/attribute-added": _XML,
    "rng/value-added": _XML,
    "rng/structure-loosened": "parts of a document that take more values, may be left out, or stand in more ways",
}
_ORDER = tuple(_TITLES)
_XML_RULES = tuple(rule for rule, title in _TITLES.items() if title == _XML)


def _additions(findings: Sequence[Finding]) -> list[Entry]:
    """One entry a kind, over all units: names grouped by version, type, driver or path."""
    versions = {f.subject: _version(f) for f in findings if f.rule == "symbols/symbol-added"}
    functions = {f.subject for f in findings if f.rule == "headers/function-added"}
    drivers = _drivers_of(findings, functions)
    out = []
    for (_, title, _), found in _grouped(list(_once(findings, functions)), _addition_order):
        heads: dict[str, list[tuple[str, str]]] = {}
        families = _families([f.subject for f in found]) if found[0].rule == "headers/constant-added" else {}
        for f in found:
            head = families.get(f.subject) or _heading(f, versions)
            heads.setdefault(head, []).append(_item(f, drivers.get(f.subject, "")))
        ordered = sorted(heads.items(), key=_natural)
        items = tuple(_listed(head, names, head in families.values()) for head, names in ordered)
        component = "XML" if title == _XML else ", ".join(sorted({_component(f) for f in found}))
        out.append(Entry(component, title, (), items))
    return [*out, *_loosened(findings)]


def _drivers_of(findings: Sequence[Finding], functions: set[str]) -> dict[str, str]:
    """Return new function → the drivers that implement it."""
    found: dict[str, list[str]] = {}
    for f in findings:
        driver, _, name = f.subject.partition(": ")
        if f.rule == "drivers/support-gained" and name in functions:
            found.setdefault(name, []).append(driver)
    return {name: ", ".join(sorted(drivers)) for name, drivers in found.items()}


def _once(findings: Sequence[Finding], functions: set[str]) -> Iterable[Finding]:
    """Leave out what is told with something else: a function's symbol, procedure and drivers, a type's enumerators.

    A place that several schemas share is told in the first of them.
    """
    calls = {name.casefold() for name in functions}
    types = {f.subject for f in findings if f.rule in ("headers/typedef-added", "headers/enum-added")}
    told: set[tuple[str, ...]] = set()
    for f in findings:
        match f.rule:
            case "rng/structure-loosened" | "rng/value-added" if _wider(f):
                continue
            case "symbols/symbol-added" if f.subject in functions:
                continue
            case "xdr/procedure-added" if _called(f.subject, calls):
                continue
            case "headers/enumerator-added" if _enumeration(f) in types:
                continue
            case "drivers/support-gained" if f.subject.partition(": ")[2] in functions:
                continue
        if f.rule in _XML_RULES and "/" in f.subject:
            where = (f.new.path, str(f.new.line)) if f.new and f.new.line else (f.subject, "")
            place = (f.rule, *where, _leaf(f), _values(f))
            if place in told:
                continue
            told.add(place)
        yield f


def _called(procedure: str, calls: set[str]) -> bool:
    """Tell whether a procedure ``REMOTE_PROC_SHIP_SAIL`` carries a function such as ``harbourShipSail``."""
    name = procedure.partition("_PROC_")[2].replace("_", "").casefold()
    return bool(name) and any(call.endswith(name) for call in calls)


def _enumeration(f: Finding) -> str:
    found = re.search(r" was added to (\w+)$", f.message)
    return found[1] if found else ""


def _values(f: Finding) -> str:
    """Return the new values of a place, as written; nothing where only an example of them is known."""
    found = re.search(r" now takes ('.+)$", f.message)
    return found[1] if found else ""


def _loosened(findings: Sequence[Finding]) -> list[Entry]:
    """One entry for all places where a schema takes more arrangements than before, by schema."""
    count = Counter(_component(f) for f in findings if _wider(f))
    items = tuple((name, f"{n} places" if n > 1 else "1 place") for name, n in sorted(count.items()))
    return [Entry("schemas", _TITLES["rng/structure-loosened"], (), (("", items),))] if items else []


def _wider(f: Finding) -> bool:
    """Tell whether a place takes more than before, and no list of names or values says what."""
    return f.rule == "rng/structure-loosened" or (f.rule == "rng/value-added" and not _values(f))


def _listed(head: str, names: Sequence[tuple[str, str]], family: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
    if family and len(names) > _LISTED:
        return "", ((head, f"{len(names)} constants"),)
    return head, tuple(names)


def _addition_order(f: Finding) -> Key:
    title = _DRIVERS if f.surface == "drivers" else _TITLES.get(f.rule) or _sentence(f.rule)
    order = next((n for n, rule in enumerate(_ORDER) if _TITLES[rule] == title), len(_ORDER))
    return order, title, ""


def _heading(f: Finding, versions: dict[str, str]) -> str:
    """Return what an addition is listed under: symbol version, enumeration, parent element."""
    if f.surface in ("headers", "symbols") and f.subject in versions:
        return versions[f.subject]
    if f.rule == "headers/enumerator-added" and _enumeration(f):
        return _enumeration(f)
    if f.rule in _XML_RULES:
        return "/".join(f.subject.split("/")[:2][: f.subject.count("/")])
    if f.surface == "drivers" and ": " in f.subject:
        return f.subject.partition(": ")[0]
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


def _item(f: Finding, drivers: str) -> tuple[str, str]:
    if f.rule == "headers/function-added":
        return f"{f.subject}()", drivers
    if f.surface == "xdr" and len(f.message) < 40 and not f.message.startswith("new"):
        return f.subject, f.message
    if f.rule in _XML_RULES:
        place = f.subject[len(_heading(f, {})) :].lstrip("/")
        return place, _values(f)
    if f.surface == "drivers" and ": " in f.subject:
        return f"{f.subject.partition(': ')[2]}()", ""
    return f.subject, ""


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
