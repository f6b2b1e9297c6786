"""The report about what an application needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import structs

from abidiff.change import Change
from abidiff.errors import SourceError
from abidiff.finding import Finding, Problem, Report, Severity, Side, SurfaceSummary
from abidiff.location import Location
from abidiff.release import Release
from abidiff.requires import RULES, change, languages, outlook
from abidiff.requires.catalogue import Catalogue, Entry
from abidiff.requires.declared import Declared, declared
from abidiff.requires.documents import Judged as Held
from abidiff.requires.floor import Floor, Judged, dead, judge, weak
from abidiff.requires.model import CHECK, DRIVER, Guard, Reading, Use, Version, shown
from abidiff.requires.presence import Gap
from abidiff.requires.question import Question
from abidiff.rule import load, run
from abidiff.sources.request import printable

ORDER = tuple(Severity)
MOST_DECLARED = 6


def report(
    application: Release,
    catalogue: Catalogue,
    question: Question,
    whole: Callable[[Mapping[str, bytes]], list[Held]] | None = None,
) -> Report:
    """Read an application and judge its uses against a history.

    ``whole`` tells what becomes of the documents among its files as a whole, where schemas are at hand.
    """
    files, tests = _files(application, question)
    told = declared(files, question.library) if question.asks and not question.declared else ()
    if told:
        question = structs.replace(question, declared=told[0].version)
    reading = with_unread(languages.read(files, catalogue), application)
    reading = reading._replace(uses=(*reading.uses, *_refusing(reading, catalogue)))
    if whole is not None:
        reading = reading._replace(uses=tuple(_with_whole(whole(files), reading.uses, catalogue)))
    found = judge(reading.uses, catalogue)
    if not reading.uses and not reading.problems:
        hint = f"{len(files)} files were read; --history names another library"
        raise SourceError(f"nothing of {question.library} is used in {application.origin}", hint=hint)
    findings = run(load(RULES), changes(found, reading, catalogue, question))
    findings.sort(key=lambda f: (ORDER.index(f.severity), f.rule, f.subject, f.key, f.new or ()))
    return Report(
        old=None,
        new=Side(application.label, application.version, application.origin),
        profile="",
        surfaces=(_summary(question.library, files, found),),
        findings=tuple(_apart(findings)),
        problems=reading.problems,
        notes=(
            *_notes(found, catalogue, question, tests, known=not reading.problems),
            *_declarations(told),
            *application.notes,
        ),
        allowed_undecided=question.allow_undecided,
        fail_on=question.fail_on,
        application="",
    )


def _files(application: Release, question: Question) -> tuple[Mapping[str, bytes], int]:
    """Return the files that count, and how many were left out as tests."""
    files = {path: application.files[path] for path in application.files}
    if question.tests:
        return files, 0
    kept = {path: data for path, data in files.items() if not languages.is_test(path)}
    return kept, sum(1 for path in files if path not in kept and languages.language(path))


def with_unread(reading: Reading, application: Release) -> Reading:
    """Return what was read with what could not be: files that no source could give."""
    hint = "mend it, or leave it out"
    unread = (
        Problem("requires", f"{printable(path)}: {why}: not read", Location(path), hint=hint)
        for path, why in application.unread
    )
    return reading._replace(problems=(*reading.problems, *unread))


def _refusing(reading: Reading, catalogue: Catalogue) -> Iterator[Use]:
    """Yield the checks by which the application refuses releases as uses; the catalogue learns them.

    A name that is asked for is used; one that must not be there ends what serves the application where it comes.
    Checks that read alike are one.
    """
    several: dict[str, tuple[Version, list[Gap]]] = {}
    for each in reading.refusals:
        for name in each.names:
            yield Use(name, (name,), each.location)
        since, gaps = several.get(each.text, ((), []))
        between = bool(each.low and each.high) and each.high < each.low
        highs = [each.high, *(catalogue.ends_before(name) for name in each.lacks)]
        gap = catalogue.without(min(filter(None, highs), default=()), each.low if between else ())
        if gap is None and (between or not each.low):
            continue
        gaps = sorted({*gaps, *([gap] if gap is not None else [])}, key=lambda gap: (gap.gone, gap.back))
        several[each.text] = max(since, () if between else each.low), gaps
        yield Use(each.text, (each.text,), each.location)
    for text, (since, gaps) in several.items():
        ends = [gap for gap in gaps if not gap.back][:1]
        kept = [gap for gap in gaps if gap.back and not (ends and gap.gone >= ends[0].gone)]
        catalogue.learn(Entry(text, CHECK, since), (*kept, *ends))


def _with_whole(documents: Iterable[Held], uses: Sequence[Use], catalogue: Catalogue) -> Iterator[Use]:
    """Yield the uses with the documents that ask for more than each of their places does; the catalogue learns them.

    A document of which no place is known is none of the library's.
    """
    judged = {each.use.location.path: each for each in documents}
    inside: dict[str, list[Use]] = {}
    for use in uses:
        found = judged.get(use.location.path)
        inside.setdefault(use.location.path, []).append(use)
        yield use if found is None else structs.replace(use, whole=True)
    for path, each in judged.items():
        entries = [catalogue.earliest(use.names) for use in inside.get(path, ())]
        if not entries:
            continue
        if each.entry is None:
            catalogue.refused[each.use.name] = each.why
            yield each.use
        elif each.gaps or each.entry.since > max((entry.since for entry in entries if entry is not None), default=()):
            catalogue.learn(each.entry, each.gaps)
            catalogue.refused[each.use.name] = each.why
            yield each.use


def changes(found: Floor, reading: Reading, catalogue: Catalogue, question: Question) -> Iterator[Change]:
    """Yield what the uses show, one for each name."""
    unit = question.library
    for name, several in _by_name(found.uses).items():
        places = tuple(dict.fromkeys(each.use.location for each in several))
        required = [each for each in several if each.required]
        at = tuple(dict.fromkeys(each.use.location for each in required))
        entry = several[0].entry
        if entry is None:
            if at:
                yield change.Unknown(unit, name, at, catalogue.newest, catalogue.refused.get(name, ""))
            continue
        needs = max((each.needs for each in required), default=())
        gap = max((each.between for each in required if each.between and each.needs == needs), default=None)
        if needs and needs == found.version:
            yield change.Needed(unit, name, at, entry.since, entry.absent, entry.exact, entry.kind, gap)
        absent = () if entry.exact else entry.absent
        if question.declared and needs > question.declared:
            beyond = tuple(each.use.location for each in required if each.needs > question.declared)
            yield change.Beyond(unit, name, beyond, entry.since, question.declared, entry.kind, absent, gap)
        lost = [(each, end) for each in required if (end := each.ends(found.version, catalogue.newest)) is not None]
        if lost:
            ended = tuple(dict.fromkeys(each.use.location for each, _ in lost))
            yield change.Lost(
                unit, name, ended, entry.kind, lost[0][1], lost[0][1].absent, catalogue.refused.get(name, "")
            )
        if not at and entry.since > found.version:
            texts = dict.fromkeys(guard.text for each in several for guard in each.use.guards)
            yield change.Optional(unit, name, places, entry.since, tuple(texts))
        if at and name in catalogue.missing:
            yield change.Unserved(unit, name, at, catalogue.driver, catalogue.missing[name])
    used = tuple(dict.fromkeys(each.use.location for each in found.uses if each.required and each.entry is not None))
    if catalogue.ended is not None and used:
        reached = max(catalogue.ended.gone, found.version)
        yield change.Lost(unit, catalogue.driver, used, DRIVER, catalogue.ended, reached)
    yield from _checks(found, reading, unit, catalogue.newest)
    yield from outlook.changes(found, reading, question)


def _by_name(uses: Iterable[Judged]) -> dict[str, list[Judged]]:
    """Return the uses of each name of the library; a name that no release has goes by what the source calls it."""
    out: dict[str, list[Judged]] = {}
    for each in uses:
        out.setdefault(each.entry.name if each.entry else each.use.name, []).append(each)
    return dict(sorted(out.items()))


def _checks(found: Floor, reading: Reading, unit: str, newest: Version) -> Iterator[Change]:
    """Yield the checks that are wrong, and those that the floor decided."""
    groups: dict[tuple[str, Guard], list[Judged]] = {}
    for each in weak(found, newest):
        guard = max(each.use.guards, key=lambda guard: (guard.low, guard.location))
        groups.setdefault((each.entry.name if each.entry else "", guard), []).append(each)
    for (name, guard), several in groups.items():
        first, places = several[0], tuple(each.use.location for each in several)
        entry, reached = first.entry, max(first.low, found.version)
        end = first.lost(found.version, newest) if first.needs <= reached else None
        if end is not None:
            yield change.Weak(unit, name, places, first.needs, end.absent, guard.text, guard.location, (), end)
            continue
        gap, absent = first.between, entry.absent if entry is not None and not entry.exact else ()
        reached = max(reached, gap.gone) if gap is not None else reached
        yield change.Weak(unit, name, places, first.needs, reached, guard.text, guard.location, absent, gap)
    refusing = {(each.location.path, version) for each in reading.refusals for version in (each.low, each.high)}
    for guard in dead(reading.guards, found.version):
        version = max(guard.low, guard.high)
        if (guard.location.path, version) in refusing:
            continue
        yield change.Dead(unit, guard.text, guard.location, version, found.version, bool(guard.low))


def _apart(findings: list[Finding]) -> Iterator[Finding]:
    """Yield the findings; several of one rule and subject are told apart by their number."""
    seen: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        name = (finding.rule, finding.subject, finding.key)
        seen[name] = seen.get(name, 0) + 1
        yield finding if seen[name] == 1 else finding.with_(key=f"{finding.key} {seen[name]}")


def _summary(library: str, files: Mapping[str, bytes], found: Floor) -> SurfaceSummary:
    census = {
        "files": len(files),
        "uses": len(found.uses),
        "names": len({each.entry.name for each in found.uses if each.entry}),
        "behind checks": sum(not each.required for each in found.uses),
    }
    return SurfaceSummary("requires", f"uses of {library}", (library,), {}, census)


def _notes(found: Floor, catalogue: Catalogue, question: Question, tests: int, *, known: bool) -> Iterator[str]:
    oldest, newest = min(catalogue.versions, default=()), catalogue.newest
    floor = found.version or oldest
    older = "" if found.version else ", the oldest of the history"
    ends = [catalogue.ended] if catalogue.ended is not None and found.uses else []
    ends += [end for each in found.uses if (end := each.ends(found.version, newest)) is not None]
    known = known and not any(each.entry is None and each.required for each in found.uses)
    known = known and not any(end.open for end in ends)
    served = "the application" if known else "what is known of the application"
    first = min((end for end in ends if not end.open), key=lambda end: end.gone, default=None)
    if first is None:
        yield f"the oldest release of {question.library} that serves {served} is {shown(floor)}{older}"
    elif first.gone <= floor:
        yield f"no release of {question.library} serves {served}: what it needs is gone before all of it has come"
    else:
        last = max(version for version in catalogue.versions if version < first.gone)
        oldest_of = " (the oldest of the history)" if older else ""
        if floor == last:
            yield f"the one release of {question.library} that serves {served} is {shown(floor)}{oldest_of}"
        else:
            span = f"{shown(floor)}{oldest_of} to {shown(last)}"
            yield f"the releases of {question.library} that serve {served} are {span}"
    if catalogue.driver:
        yield f"counted by what the driver {catalogue.driver} implements"
    if question.declared:
        room = " (it could declare less)" if known and max(found.version, oldest) < question.declared else ""
        yield f"declared: {shown(question.declared)}{room}"
    if tests:
        yield f"{tests} files of tests were left out; --tests takes them in"


def _declarations(told: Sequence[Declared]) -> Iterator[str]:
    """Yield where the application says which release it needs; the first is the one that counts."""
    kinds = ("checked at run time", "asked for by the build", "asked for by a package", "bindings")
    for n, each in enumerate(told[:MOST_DECLARED]):
        word = "" if n else "; this one counts"
        yield f"{each.location} declares {shown(each.version)} ({kinds[each.rank]}{word})"
    if len(told) > MOST_DECLARED:
        yield f"{len(told) - MOST_DECLARED} more declarations"
