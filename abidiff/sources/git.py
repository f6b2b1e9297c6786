"""A revision of a repository as a release: ``REPO@REV``, read with ls-tree and cat-file.

``REPO@:worktree`` is what lies in the work tree, ``REPO@:index`` what is staged.  Nothing is
checked out; bare and shallow repositories will do.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from posixpath import normpath

from abidiff.errors import MissingError, SourceError, UsageError
from abidiff.release import Release
from abidiff.sources import request as req
from abidiff.sources.collect import Collector, Kind
from abidiff.sources.git_command import ask, failure, run
from abidiff.sources.git_files import GitFiles
from abidiff.sources.git_objects import Entry, Found, Objects
from abidiff.sources.request import Opening, printable
from abidiff.versions import version_key

COMMITTED = re.compile(rb"^committer [^\n]*> (-?\d+) [+-]\d+$", re.MULTILINE)
_MAX_TAGS = 100_000
_RELEASE = re.compile(
    r"(?:[vV]|[A-Za-z][A-Za-z0-9+.]{0,60}[-_/][vV]?)?(\d{1,9}(?:[._]\d{1,9}){0,6})(?:\+[0-9A-Za-z.-]{1,60})?"
)
_NUMBER = re.compile(r"\d{1,9}(?:[._]\d{1,9}){1,6}")
_SHOWN = 3
CANDIDATE = re.compile(r"[\d._~-](?:rc|alpha|beta|pre|dev)[._-]?\d*\Z", re.IGNORECASE)
WORKTREE = ":worktree"
INDEX = ":index"
MAX_PASSES = 4
MAX_LINK = 4096
EMPTY_BLOBS = frozenset(
    (
        b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    )
)
"""The ids of a file of no bytes, by SHA-1 and by SHA-256."""


def split(argument: str) -> tuple[Path, str]:
    """Split ``REPO@REV``: the repository is the longest part before an ``@`` that is a folder."""
    at = len(argument)
    while (at := argument.rfind("@", 0, at)) >= 0:
        repository = Path(argument[:at] or ".")
        if repository.is_dir():
            return repository, argument[at + 1 :]
        if at == 0:
            break
    raise MissingError(
        f"{printable(argument)}: no such file or folder, and what stands before @ is no folder",
        hint="give REPO@REV, for example .@v11.0.0 or ../libvirt@HEAD~3",
    )


def check(name: str) -> None:
    """Refuse what can't be a revision."""
    if not name:
        raise UsageError("no revision behind @", hint="REPO@REV, REPO@:worktree or REPO@:index")
    if name.startswith("-") or len(name) > 1000 or any(char in name for char in "\0\n\r"):
        raise UsageError(f"{printable(name)}: not a revision")


def _unknown(repository: Path, name: str) -> SourceError:
    shown, where = printable(name), printable(str(repository))
    _, _, complaint = run(repository, "rev-parse", "--verify", "--end-of-options", f"{name}^{{tree}}")
    if any(text in complaint for text in ("not a git repository", "dubious ownership", "bad config")):
        return failure(repository, complaint, where)
    code, out, _ = run(repository, "rev-parse", "--is-shallow-repository")
    shallow = code == 0 and out.strip() == b"true"
    remote, slash, branch = name.partition("/")
    known = run(repository, "remote")[1].decode("utf-8", "replace").split()
    if slash and remote in known:
        # A clone of one branch has a refspec for that alone: the branch is named on both sides, or nothing keeps it.
        to = printable(f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}")
        deep = "--unshallow " if shallow else ""
        hint = f"{'the clone is shallow; ' if shallow else ''}run: git -C {where} fetch {deep}{printable(remote)} {to}"
    elif remote_branch := _at_a_remote(repository, name, known):
        hint = f"it is there as {printable(remote_branch)}"
    elif shallow:
        hint = f"the clone is shallow; run: git -C {where} fetch --unshallow --tags"
    elif known:
        hint = f"run: git -C {where} fetch --tags {known[0]}"
    else:
        hint = f"see what there is: git -C {where} for-each-ref"
    return MissingError(f"{where}: no revision {shown!r}", hint=hint)


def open_revision(argument: str, request: Opening) -> Release:
    """Read ``REPO@REV``."""
    repository, name = split(argument)
    if name == WORKTREE:
        return open_worktree(argument, repository, request)
    request.progress(f"reading {printable(argument)}")
    with Objects(repository, printable(argument), request.limits) as objects:
        if name == INDEX:
            return _release(argument, repository, name, list(_index(repository)), ("", None), objects, request)
        check(name)
        tree, commit = tree_and_commit(objects, name)
        if tree is None:
            raise _unknown(repository, name)
        entries = _walk(tree, objects, request)
        return _release(argument, repository, name, entries, (tree.oid, commit), objects, request)


def tree_and_commit(objects: Objects, name: str) -> tuple[Found | None, Found | None]:
    """Return what ``REV`` or ``REV:folder`` names, and the commit that it is of, where there is one."""
    tree = objects.find(f"{name}^{{tree}}")
    revision, colon, _ = name.partition(":")
    if tree is None and revision and colon:
        tree = objects.find(name)
    commit = objects.find(f"{revision or name}^{{commit}}")
    return (tree if tree is not None and tree.kind == "tree" else None), commit


def _walk(tree: Found, objects: Objects, request: Opening) -> list[Entry]:
    """Return the paths that may matter: links widen what is walked to what they lead to."""
    targets: frozenset[str] = frozenset()
    entries: list[Entry] = []
    for _ in range(MAX_PASSES):
        entries = list(objects.walk(tree, partial(_worth_walking, request, targets)))
        links = [
            entry
            for entry in entries
            if entry.mode == "120000" and (request.wanted(entry.path) or _worth_walking(request, targets, entry.path))
        ]
        contents = objects.blobs([link.oid for link in links], MAX_LINK)
        found = targets.union(
            normpath(f"{link.path.rpartition('/')[0]}/{data.decode('utf-8', 'surrogateescape')}").lstrip("/")
            for link, data in zip(links, contents, strict=True)
        )
        if found == targets:
            break
        targets = found
    return entries


def _worth_walking(request: Opening, targets: frozenset[str], folder: str) -> bool:
    """Tell whether a folder may hold something wanted, or lies on the way to or below a link's target."""
    if request.may_hold(folder):
        return True
    return any(
        target == folder or target.startswith(f"{folder}/") or folder.startswith(f"{target}/") for target in targets
    )


def open_worktree(argument: str, repository: Path, request: Opening) -> Release:
    """Read what lies in the work tree, committed or not."""
    from abidiff.sources.folder import open_folder

    top = toplevel(repository)
    return open_folder(argument, top, request, label=f"{top.name}@worktree")


def toplevel(repository: Path, hint: str = "") -> Path:
    """Return the root of the work tree; ``hint`` is what to do outside of one."""
    what = printable(str(repository))
    code, out, complaint = run(repository, "rev-parse", "--show-toplevel")
    if code:
        bare = "work tree" in complaint
        hint = "a bare repository has no work tree; give REPO@REV" if bare else hint or "give a folder of a work tree"
        raise failure(repository, complaint, what, hint)
    top = Path(os.fsdecode(out.rstrip(b"\n")))
    real = Path(os.path.realpath(repository))
    around = next((folder for folder in (real, *real.parents) if os.path.lexists(folder / ".git")), None)
    if around is None or top != around:
        raise SourceError(
            f"{what}: its settings (core.worktree) say that the work tree is elsewhere: not read",
            hint=f"give that folder itself: {printable(str(top))}",
        )
    return top


def _index(repository: Path) -> Iterator[Entry]:
    """Yield what is staged, or about to be committed when a hook asks."""
    what = printable(str(repository))
    arguments = ("ls-files", "-s", "-z", "--full-name", "--", ":/")
    index = _hook_index(repository)
    out = ask(repository, *arguments, what=what, index=index)
    staged: set[bytes] | None = None
    for record in out.split(b"\0"):
        if record:
            head, _, path = record.partition(b"\t")
            mode, oid, stage = head.split(b" ")
            name = path.decode("utf-8", "surrogateescape")
            if oid in EMPTY_BLOBS:
                staged = _staged(repository, what, index) if staged is None else staged
                if path not in staged:
                    continue  # git add -N: it is not committed
            if stage != b"0":
                raise SourceError(
                    f"{what}: {printable(name)} is not merged",
                    hint="resolve the conflict and git add the file first",
                )
            yield Entry(name, mode.decode(), oid.decode())


def _staged(repository: Path, what: str, index: str) -> set[bytes]:
    """Return the paths that a commit would hold: what ``git add -N`` announced is in the index as an empty file."""
    tree = ask(repository, "hash-object", "-t", "tree", "--stdin", what=what).strip().decode()
    arguments = ("diff-index", "--cached", "--ita-invisible-in-index", "--no-renames", "--name-only", "-z", tree)
    return set(ask(repository, *arguments, what=what, index=index).split(b"\0"))


def _hook_index(repository: Path) -> str:
    """Return the index that git gave a hook in this repository (``git commit FILE`` uses another one)."""
    index = os.environ.get("GIT_INDEX_FILE", "")
    if not index:
        return ""
    full = os.path.realpath(index)
    code, out, _ = run(repository, "rev-parse", "--absolute-git-dir")
    folder = os.path.realpath(os.fsdecode(out.rstrip(b"\n")))
    return full if code == 0 and full.startswith(f"{folder}/") else ""


def _release(
    argument: str,
    repository: Path,
    name: str,
    entries: list[Entry],
    state: tuple[str, Found | None],
    objects: Objects,
    request: Opening,
) -> Release:
    tree, commit = state
    extra: frozenset[str] = frozenset()
    for _ in range(MAX_PASSES):
        collector = Collector(printable(argument), request, 1 << 40, strip=False, extra=extra)
        _collect(entries, objects, collector)
        lacking = collector.lacking()
        if not lacking:
            break
        extra |= lacking
    oids = {path: oid.decode() for path, oid in collector.result().items()}
    files = GitFiles(oids, repository, printable(argument), request.limits, "" if collector.aliased() else tree)
    version = req.version_in_files(files, request.version_files) or req.version_in_name(short(name))
    label = label_of(repository, name)
    date = day_of(commit)
    return req.release(
        label,
        version,
        files,
        argument,
        date=date,
        notes=tuple(collector.notes),
        unread=collector.misses(),
        pinned=tuple(collector.pinned),
        astray=collector.astray,
    )


def short(name: str) -> str:
    """Return the name of a revision without what git puts before tags and branches."""
    return name.removeprefix("refs/tags/").removeprefix("refs/heads/")


def label_of(repository: Path, name: str) -> str:
    """Return what reports put before the paths of a revision: ``libvirt@v11.3.0``."""
    return printable(f"{_name(repository)}@{short(name).removeprefix(':')}")


def _name(repository: Path) -> str:
    """Return the name of a repository: its folder's, also for bare ones."""
    real = Path(os.path.realpath(repository))
    name = real.parent.name if real.name == ".git" else real.name.removesuffix(".git")
    return name or "repository"


def day_of(commit: Found | None) -> datetime.date | None:
    """Return the day of a commit object."""
    found = COMMITTED.search(commit.data) if commit else None
    return req.day(float(found[1])) if found else None


def _collect(entries: list[Entry], objects: Objects, collector: Collector) -> None:
    """Take the files that are wanted, each as the id of its blob."""
    wanted: list[tuple[str, str]] = []
    links: list[Entry] = []
    for entry in entries:
        if entry.mode == "120000":
            links.append(entry)
        elif entry.mode == "160000":
            collector.submodule(entry.path, entry.oid)
        elif not collector.ignores(entry.path.encode("utf-8", "surrogateescape")):
            path = collector.member(entry.path, Kind.FILE)
            if path is not None:
                wanted.append((path, entry.oid))
    contents = objects.blobs([link.oid for link in links], MAX_LINK)
    for link, target in zip(links, contents, strict=True):
        collector.member(link.path, Kind.SYMLINK, target.decode("utf-8", "surrogateescape"))
    for path, oid in wanted:
        collector.keep(path, oid.encode(), 0.0)


# --- what the gate needs ----------------------------------------------------------------------


def merge_base(repository: Path, reference: str, head: str = "HEAD") -> str:
    """Return the commit from which a branch goes off ``reference``."""
    check(reference)
    check(head)
    code, out, _ = run(repository, "merge-base", f"{reference}^{{commit}}", f"{head}^{{commit}}")
    if code == 0:
        return out.decode("ascii").strip()
    for name in (reference, head):
        _commit(repository, name)  # says what is wrong with it
    where = printable(str(repository))
    if run(repository, "rev-parse", "--is-shallow-repository")[1].strip() == b"true":
        raise SourceError(
            f"{where}: {printable(reference)} and {head} have no common commit in this shallow clone",
            hint=f"run: git -C {where} fetch --unshallow (in GitLab CI: GIT_DEPTH=0; on GitHub: fetch-depth: 0)",
        )
    raise SourceError(f"{where}: {printable(reference)} and {head} have no commit in common")


def _commit(repository: Path, name: str) -> str:
    check(name)
    code, out, _ = run(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if code:
        raise _unknown(repository, name)
    return out.decode("ascii").strip()


def unborn(repository: Path) -> bool:
    """Tell whether HEAD is a branch without a commit: in a new repository, or after ``git switch --orphan``.

    A branch whose file or entry is there but damaged is not one without a commit.
    """
    code, out, _ = run(repository, "symbolic-ref", "--quiet", "HEAD")
    branch = os.fsdecode(out.rstrip(b"\n"))
    if code or not branch.startswith("refs/heads/"):
        return False
    code, out, complaint = run(repository, "for-each-ref", "--format=%(refname)", branch)
    if code or complaint or branch in os.fsdecode(out).splitlines():
        return False
    file = run(repository, "rev-parse", "--path-format=absolute", "--git-path", branch)
    return file[0] == 0 and not os.path.lexists(os.fsdecode(file[1].rstrip(b"\n")))


def newest_tag(repository: Path, pattern: str, head: str = "") -> str:
    """Return the newest release tag that a glob matches, by version; of those that ``head`` contains if given."""
    arguments = ["tag", "--list", "--sort=-version:refname"]
    if head:
        arguments += ["--merged", _commit(repository, head)]
    where = printable(str(repository))
    out = ask(repository, *arguments, "--end-of-options", pattern, what=where)
    names = out.decode("utf-8", "surrogateescape").splitlines()
    final = [name for name in names if not _is_candidate(name)]
    if final:
        return final[0]
    raise MissingError(
        f"{where}: no release tag matches {printable(pattern)!r}",
        hint=f"run: git -C {where} fetch --tags (a shallow clone has none)",
    )


def latest_release(repository: Path) -> tuple[str, tuple[str, ...]]:
    """Return the tag of the newest release by version, and what else tags name that is newer.

    Releases are `v1.2`, `1.2.3`, `ship-1.2`, `release/1.2` and `v1.2+build`; a candidate is none, and is not told.
    """
    names = ask(repository, "tag", "--list", what=printable(str(repository))).decode("utf-8", "surrogateescape")
    final = [name for name in names.splitlines()[:_MAX_TAGS] if not _is_candidate(name)]
    matches = [(match, name) for name in final if (match := _RELEASE.fullmatch(name))]
    found = [(version_key(match[1].replace("_", ".")), name) for match, name in matches]
    if found:
        newest = max(found)
        known = {name for _, name in found}
        others = [(version_key(number[0].replace("_", ".")), name) for name in final
                  if name not in known and (number := _NUMBER.search(name))]  # fmt: skip
        newer = [name for version, name in sorted(others, reverse=True) if version >= newest[0]]
        return newest[1], tuple(newer[:_SHOWN])
    raise MissingError(
        f"{printable(str(repository))}: no tag is that of a release",
        hint="tag:GLOB says which tags are releases (a shallow clone has none)",
    )


def same_commit(repository: Path, tag: str, other: str) -> bool:
    """Tell whether a tag and another name stand for one commit."""
    try:
        return _commit(repository, f"refs/tags/{tag}") == _commit(repository, other)
    except (SourceError, UsageError):
        return False


def _at_a_remote(repository: Path, name: str, remotes: list[str]) -> str:
    """Return the short name that a branch has at a remote, empty when none has it."""
    for remote in remotes:
        found = run(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"refs/remotes/{remote}/{name}")
        if found[0] == 0:
            return f"{remote}/{name}"
    return ""


def references(repository: Path) -> list[str]:
    """Return the short names of branches and tags, newest first."""
    out = ask(
        repository, "for-each-ref", "--sort=-creatordate", "--count=500", "--format=%(refname:short)",
        "refs/heads", "refs/remotes", "refs/tags", what=printable(str(repository)),
    )  # fmt: skip
    return out.decode("utf-8", "surrogateescape").splitlines()


def _is_candidate(name: str) -> bool:
    """Tell whether a tag names a release candidate or the like."""
    return CANDIDATE.search(name) is not None
