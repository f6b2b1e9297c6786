"""Raw material for release notes: what a comparison found, in the sections of libvirt's NEWS.

Breakage comes first, one entry a cause; then what is new, one entry a component and kind, so that a
person can paste and edit it.  Witnesses and places are added on request.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from abidiff.config import Config
from abidiff.finding import Finding, News, Report, Severity
from abidiff.rule import Rule
from abidiff.surface_names import RNG
from abidiff.surfaces import rules
from abidiff.waivers import RULES as POLICY_RULES
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


def notes(report: Report, config: Config, *, witness: bool = False, everything: bool = False) -> Notes:
    """Arrange what was found; what is private (severity ``off``) is left out.

    ``witness``: with whom each breakage breaks, what shows it, and where it stands.
    ``everything``: every name that is new; without it long lists are told by their families, elements and
    numbers, and places that only take more than before are left out.
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
        Section(NEW, tuple(_additions(added, everything))),
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
    parent, slash, _ = f.subject.rpartition("/")
    if slash and f.short:
        return f.short, parent
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
    title = said if len(found) > 1 else first.message
    return Entry(_component(first), title, tuple(dict.fromkeys(text)), (), names, tuple(dict.fromkeys(places)))


def _leaf(f: Finding) -> str:
    return _leaf_of(f.subject)


def _component(f: Finding) -> str:
    return f.unit.removesuffix(".rng") if f.surface == RNG else f.unit


def _not_told(changes: Sequence[Finding], added: Sequence[Finding]) -> list[Finding]:
    """Leave out values that documents can hold now where the same place is told to take new values."""
    told = {f.subject for f in added if _news(f) is News.XML}
    return [f for f in changes if _news(f) is not News.XML or f.subject not in told]


def _changes(findings: Sequence[Finding]) -> list[Entry]:
    """One entry a unit and rule: what changed without breaking, as a list."""
    out = []
    for (_, _, rule), found in _grouped(findings, lambda f: (0, f.unit, f.rule)):
        if rule not in _rules() or not _rules()[rule].internal:
            items = tuple((f.subject, _without(f.subject, f.message)) for f in found)
            out.append(Entry(_component(found[0]), _summary(rule), (), (("", items),)))
    return out


_ORDER = tuple(News)
# What is new below one element, and what one driver gained, is listed up to this number.
_NAMED = 5
_CHANGED = "further elements with new attributes or values"

Names = tuple[tuple[str, str], ...]


def _additions(findings: Sequence[Finding], everything: bool) -> list[Entry]:
    """One entry a kind, over all units: names grouped by version, type, driver or path."""
    versions = {f.subject: f.within for f in findings if _news(f) is News.SYMBOLS}
    functions = {f.subject for f in findings if _news(f) is News.FUNCTIONS}
    drivers = _drivers_of(findings, functions)
    out = []
    for (_, title, _), found in _grouped(list(_once(findings, functions, everything)), _addition_order):
        heads: dict[str, list[tuple[str, str]]] = {}
        headed = everything or title != News.ENUMERATORS
        families = _families([f.subject for f in found]) if _news(found[0]) is News.CONSTANTS else {}
        for f in found:
            head = families.get(f.subject) or (_heading(f, versions) if headed else "")
            heads.setdefault(head, []).append(_item(f, drivers.get(f.subject, "")))
        ordered = sorted(heads.items(), key=_natural)
        component = "XML" if title == News.XML else ", ".join(sorted({_component(f) for f in found}))
        lists = [(head, tuple(names)) for head, names in ordered]
        if everything:
            out.append(Entry(component, title, (), tuple(lists)))
        elif title == News.XML:
            out += _by_element(component, lists)
        else:
            listed = tuple(_listed(head, names, head in families.values(), title) for head, names in lists)
            out.append(Entry(component, title, (), listed))
    return [*out, *_loosened(findings)] if everything else out


def _drivers_of(findings: Sequence[Finding], functions: set[str]) -> dict[str, str]:
    """Return new function → the drivers that implement it."""
    found: dict[str, list[str]] = {}
    for f in findings:
        if _news(f) is News.SUPPORT and f.value in functions:
            found.setdefault(f.value, []).append(f.within)
    return {name: ", ".join(sorted(drivers)) for name, drivers in found.items()}


def _once(findings: Sequence[Finding], functions: set[str], everything: bool) -> Iterable[Finding]:
    """Leave out what is told with something else: a function's symbol, procedure and drivers, a type's enumerators.

    A place that several schemas share is told in the first of them.
    """
    calls = {name.casefold() for name in functions}
    types = {f.subject for f in findings if _news(f) is News.TYPES}
    told: set[tuple[str, ...]] = set()
    for f in findings:
        match _news(f):
            case News.LOOSENED | News.XML if _wider(f):
                continue
            case News.SYMBOLS if f.subject in functions:
                continue
            case News.PROCEDURES if _called(f.subject, calls):
                continue
            case News.ENUMERATORS if f.within in types:
                continue
            case News.TYPES if not everything and f.subject.removesuffix("Flags") in functions:
                continue
            case News.SUPPORT if f.value in functions:
                continue
            case News.XML if "/" in f.subject:
                where = (f.new.path, str(f.new.line)) if f.new and f.new.line else (f.subject, "")
                place = (f.rule, *where, _leaf(f), f.value)
                if place in told:
                    continue
                told.add(place)
        yield f


def _called(procedure: str, calls: set[str]) -> bool:
    """Tell whether a procedure ``REMOTE_PROC_SHIP_SAIL`` carries a function such as ``harbourShipSail``."""
    name = procedure.partition("_PROC_")[2].replace("_", "").casefold()
    return bool(name) and any(call.endswith(name) for call in calls)


def _loosened(findings: Sequence[Finding]) -> list[Entry]:
    """One entry for all places where a schema takes more arrangements than before, by schema."""
    count = Counter(_component(f) for f in findings if _wider(f))
    items = tuple((name, f"{n} places" if n > 1 else "1 place") for name, n in sorted(count.items()))
    return [Entry("schemas", News.LOOSENED, (), (("", items),))] if items else []


def _wider(f: Finding) -> bool:
    """Tell whether a place takes more than before, and no list of names or values says what."""
    return _news(f) is News.LOOSENED or (_news(f) is News.XML and bool(f.short) and not f.value)


def _listed(head: str, names: Names, family: bool, title: str) -> tuple[str, Names]:
    if family:
        return "", ((head, f"{len(names)} constants"),)
    if title == News.SUPPORT and len(names) > _NAMED:
        return "", ((head, f"{len(names)} functions"),)
    return head, names


def _by_element(component: str, lists: Sequence[tuple[str, Names]]) -> list[Entry]:
    """Tell of a long list below one element its new elements, and how many others have new attributes and values."""
    new: list[tuple[str, Names]] = []
    changed: list[tuple[str, str]] = []
    for head, names in lists:
        elements = tuple(one for one in names if not one[1] and not _leaf_of(one[0]).startswith("@"))
        if len(names) <= _NAMED or len(elements) == len(names):
            new.append((head, names))
            continue
        if elements:
            new.append((head, elements))
        others = {name.partition("@")[0] for name, said in names if (name, said) not in elements}
        changed.append((head, f"{len(others)} elements" if len(others) > 1 else "1 element"))
    entries = [Entry(component, News.XML, (), tuple(new))] if new else []
    return [*entries, Entry(component, _CHANGED, (), (("", tuple(changed)),))] if changed else entries


def _leaf_of(path: str) -> str:
    return path.rpartition("/")[2]


def _addition_order(f: Finding) -> Key:
    news = _news(f)
    return (_ORDER.index(news), str(news), "") if news is not None else (len(_ORDER), _sentence(f.rule), "")


def _heading(f: Finding, versions: dict[str, str]) -> str:
    """Return what an addition is listed under: symbol version, enumeration, driver, parent element."""
    if _news(f) is News.XML:
        return "/".join(f.subject.split("/")[:2][: f.subject.count("/")])
    return versions.get(f.subject) or f.within


def _families(names: Sequence[str]) -> dict[str, str]:
    """Return name → ``VIR_DOMAIN_STATS_*`` for names of which at least four share three words."""
    prefix = {name: "_".join(name.split("_")[:3]) + "_*" for name in names if name.count("_") > 2}
    count = Counter(prefix.values())
    return {name: family for name, family in prefix.items() if count[family] > 3}


def _item(f: Finding, drivers: str) -> tuple[str, str]:
    match _news(f):
        case News.FUNCTIONS:
            return f"{f.subject}()", drivers
        case News.SUPPORT if f.value:
            return f"{f.value}()", ""
        case News.XML:
            return f.subject[len(_heading(f, {})) :].lstrip("/"), f.value
    return f.subject, f.value


def _without(subject: str, message: str) -> str:
    """Return a message without the subject that stands before it anyway."""
    return re.sub(rf"^(?:\w+ )?{re.escape(subject)}:? ", "", message)


@cache
def _rules() -> dict[str, Rule]:
    return {**rules(), **{rule.id: rule for rule in POLICY_RULES}}


def _news(f: Finding) -> News | None:
    return _rules()[f.rule].news if f.rule in _rules() else None


def _summary(rule: str) -> str:
    """Return what a rule says of itself."""
    text = _rules()[rule].summary if rule in _rules() else _sentence(rule)
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
