"""Judges what a change in a git work tree introduces, against one or several ancestors.

The first ancestor is the base: what it breaks counts.  A further one (a release, say)
catches what went and came back differently; what was broken at the base already is
shown as a notice, because this change did not do it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec.structs import replace

from abidiff.errors import MissingError, SourceError, UsageError
from abidiff.finding import Finding, Report, Severity, Side
from abidiff.pipeline import Options, compared, report_of, verified
from abidiff.pipeline.inputs import Inputs
from abidiff.sources import git
from abidiff.sources.kinds import ENDINGS
from abidiff.sources.request import printable

_GRAVE = (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING)
_UNUSED = "policy/waiver-unused"
NO_COMMIT = "no commit yet: nothing to hold against"
_HEAD = ("HEAD", "@")
PROPOSALS = {"head": "HEAD", "worktree": git.WORKTREE, "index": git.INDEX}


class Ancestor(msgspec.Struct, frozen=True):
    """What the proposal is compared with: an argument for ``open_release``, and what it is."""

    argument: str
    what: str


def gate(repository: Path, against: tuple[str, ...], proposal: str, options: Options) -> Report:
    """Compare what is proposed (``head``, ``worktree`` or ``index``) with each ancestor."""
    if not against:
        raise UsageError(
            "nothing to compare with",
            hint="give --against origin/master, a release tarball, or tag:v*; or [gate] against in abidiff.toml",
        )
    top = git.toplevel(repository, hint="gate judges a git work tree: run it in one, or name one with -C DIR")
    first = proposal != "head" and any(given in _HEAD for given in against) and git.unborn(top)
    ancestors = [resolve(top, given) for given in against if not (first and given in _HEAD)]
    if not ancestors:
        return _first(top, proposal, options)
    options = replace(options, same_is_fine=True)
    base, proposed = ancestors[0].argument, f"{top}@{PROPOSALS[proposal]}"
    inputs = Inputs(options)
    report = report_of(compared(base, proposed, options, inputs), options)
    if options.verify:
        report = verified(report, inputs.release(base), inputs.release(proposed), options)
    for older in ancestors[1:]:
        seen = report_of(compared(older.argument, proposed, options), options)
        before = report_of(compared(older.argument, base, options), options)
        report = _merged(report, seen, before, older)
    told = (*((NO_COMMIT,) if first else ()), *(f"compared with {ancestor.what}" for ancestor in ancestors))
    return replace(report, notes=(*told, *report.notes))


def _first(top: Path, proposal: str, options: Options) -> Report:
    """Return the report of what becomes the first commit: there is nothing that it could break."""
    name = PROPOSALS[proposal]
    return Report(
        old=Side("no commit", "", "HEAD"),
        new=Side(git.label_of(top, name), "", f"{top}@{name}"),
        profile=options.profile or options.config.profile,
        surfaces=(),
        findings=(),
        problems=(),
        notes=(NO_COMMIT,),
        fail_on=options.fail_on or options.config.fail_on,
    )


def resolve(repository: Path, given: str) -> Ancestor:
    """Turn what ``--against`` says into a release: ``tag:GLOB``, a revision, or a file."""
    if given == "latest-release":
        name, newer = git.latest_release(repository)
        told = [f"{name}, the newest release tag"]
        told += [f"passed over {', '.join(newer)}, no name of a release (tag:GLOB takes any)"] if newer else []
        told += ["HEAD is that release"] if git.same_commit(repository, name, "HEAD") else []
        return Ancestor(f"{repository}@refs/tags/{name}", "; ".join(told))
    if given == "tag" or given.startswith("tag:"):
        pattern = given.partition(":")[2] or "v*"
        name = git.newest_tag(repository, pattern)
        return Ancestor(f"{repository}@refs/tags/{name}", f"{name}, the newest release tag that matches {pattern}")
    try:
        base = git.merge_base(repository, given)
    except (SourceError, UsageError):
        if Path(given).exists() or "@" in given.lstrip("@"):
            return Ancestor(given, given)
        if _like_a_file(given):
            raise MissingError(
                f"{printable(given)}: no such file or revision",
                hint="give a branch, a tag or a commit, or the path of a tarball, a folder or a snapshot",
            ) from None
        raise
    what = "the commit HEAD" if given in ("HEAD", "@") else f"the merge base of {given} and HEAD"
    return Ancestor(f"{repository}@{base[:16]}", f"{base[:16]}, {what}")


def _like_a_file(given: str) -> bool:
    """Tell whether a name can only be meant as a path, or ends as those of archives and snapshots do."""
    return given.startswith(("/", "./", "../", "~")) or given.endswith((".json", ".db")) or bool(ENDINGS.search(given))


def _merged(report: Report, seen: Report, before: Report, ancestor: Ancestor) -> Report:
    """Add what only an older ancestor shows; ``before`` is what the base differs from it by."""
    known = {f.fingerprint for f in report.findings}
    there = {f.fingerprint for f in before.findings}
    more = [
        _from(f, seen, ancestor, was_there=f.fingerprint in there)
        for f in seen.findings
        if f.severity in _GRAVE and f.fingerprint not in known and f.surface != "policy"
    ]
    used = {f.subject for f in report.findings if f.rule == _UNUSED}
    used -= {f.subject for f in seen.findings if f.rule == _UNUSED}
    kept = [f for f in report.findings if f.rule != _UNUSED or f.subject not in used]
    problems = [p for p in seen.problems if p not in report.problems]
    return replace(report, findings=(*kept, *more), problems=(*report.problems, *problems))


def _from(finding: Finding, seen: Report, ancestor: Ancestor, *, was_there: bool) -> Finding:
    """Say of a finding which ancestor shows it; its old place is none of the base's."""
    details = [("against", ancestor.what)]
    if finding.old is not None and seen.old is not None:
        details.append(("stood in", finding.old.under(seen.old.label)))
    severity = finding.severity
    if was_there:
        details.append(("introduced", "before this change: the base has it too"))
        severity = Severity.NOTICE
    return finding.with_(old=None, severity=severity, details=(*finding.details, *details))
