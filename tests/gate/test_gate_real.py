"""The gate on a real libvirt tree in git."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from abidiff.finding import Report, Severity
from abidiff.gate import gate
from abidiff.pipeline import Options
from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from tests.gate.test_gate import Repo

pytestmark = pytest.mark.real
SURFACES = ("headers", "symbols", "xdr", "consistency")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory, real_release: Callable[[str], Path]) -> Repo:
    """libvirt 11.3.0 in git: the files that matter."""
    repo = Repo(tmp_path_factory.mktemp("libvirt"))
    release, _, _ = opened(Request(str(real_release("11.3.0"))))
    for path, data in release.files.items():
        target = repo.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    repo.git("init", "-q", "-b", "master")
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "libvirt 11.3.0")
    repo.git("tag", "v11.3.0")
    return repo


def change(tree: Repo, path: str, old: str, new: str) -> Report:
    """Judge one replaced text in the work tree, then take it back."""
    file = tree.path / path
    before = file.read_text()
    assert before.count(old) >= 1
    file.write_text(before.replace(old, new, 1))
    try:
        return gate(tree.path, ("tag:v*",), "worktree", Options(surfaces=SURFACES))
    finally:
        file.write_text(before)


def test_an_unchanged_tree_passes(tree: Repo) -> None:
    report = gate(tree.path, ("master",), "worktree", Options(surfaces=SURFACES))
    assert (report.exit_code, report.findings, report.problems) == (0, (), ())


def test_a_comment_changes_nothing(tree: Repo) -> None:
    report = change(
        tree, "include/libvirt/libvirt-host.h", "struct _virSecurityLabel {", "/* x */ struct _virSecurityLabel {"
    )
    assert (report.exit_code, report.findings) == (0, ())


def test_a_struct_that_grows_fails_at_its_place(tree: Repo) -> None:
    report = change(
        tree,
        "include/libvirt/libvirt-host.h",
        "struct _virSecurityLabel {",
        "struct _virSecurityLabel {\n    int more;",
    )
    assert report.exit_code == 1
    broken = [f for f in report.findings if f.severity is Severity.BREAKING]
    assert broken
    assert all(f.new is not None and f.new.path == "include/libvirt/libvirt-host.h" for f in broken)
    assert any("docs/support" in f.clause for f in broken)


def test_a_procedure_that_is_renumbered_fails(tree: Repo) -> None:
    report = change(
        tree, "src/remote/remote_protocol.x", "REMOTE_PROC_CONNECT_OPEN = 1,", "REMOTE_PROC_CONNECT_OPEN = 999,"
    )
    assert report.exit_code == 1
    assert any(f.surface == "xdr" and f.witness is not None for f in report.findings)


def test_a_symbol_in_a_released_node_is_found(tree: Repo) -> None:
    report = change(
        tree, "src/libvirt_public.syms", "virNodeDeviceUpdate;", "virNodeDeviceUpdate;\n        virNodeNew;"
    )
    assert any(f.rule == "symbols/symbol-added-to-released-node" for f in report.findings)
    assert report.exit_code == 1


def test_a_file_that_does_not_parse_is_never_success(tree: Repo) -> None:
    report = change(
        tree, "src/remote/remote_protocol.x", "struct remote_nonnull_domain {", "struct remote_nonnull_domain ("
    )
    assert report.exit_code != 0
    assert report.problems
