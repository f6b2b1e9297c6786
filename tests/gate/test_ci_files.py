"""The CI files that are ready to copy: against their public schemas, and by running what they run."""

from __future__ import annotations

import importlib.resources
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from abidiff import __version__
from tests.gate.test_gate import Repo

ROOT = Path(__file__).parents[2]
CI = ROOT / "docs" / "ci"
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def load(name: str) -> Any:
    return YAML(typ="safe").load((CI / name).read_text(encoding="utf-8"))


def schema(name: str) -> Any:
    vendor = importlib.resources.files("check_jsonschema.builtin_schemas") / "vendor" / f"{name}.json"
    return json.loads(vendor.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("file", "against"), [("gitlab-ci.yml", "gitlab-ci"), ("github-workflow.yml", "github-workflows")]
)
def test_ci_files_follow_the_public_schemas(file: str, against: str) -> None:
    assert problems(load(file), against) == []


def problems(document: Any, against: str) -> list[str]:
    """Return what a public schema says against a document."""
    found = schema(against)
    validator = jsonschema.validators.validator_for(found)
    # the schemas use regular expressions of ECMA 262, of which Python's re lacks some
    keep = {"pattern": None, "patternProperties": validator.VALIDATORS["patternProperties"]}
    lenient = jsonschema.validators.extend(validator, {k: v for k, v in keep.items() if v})
    return [e.message for e in lenient(found).iter_errors(document) if e.validator != "pattern"]


@pytest.mark.parametrize(
    ("file", "against"),
    [
        ("action.yml", "github-actions"),
        ("CITATION.cff", "citation-file-format"),
        (".github/ISSUE_TEMPLATE/wrong-verdict.yml", "github-issue-forms"),
        (".github/ISSUE_TEMPLATE/failure.yml", "github-issue-forms"),
        (".github/ISSUE_TEMPLATE/config.yml", "github-issue-config"),
    ],
)
def test_files_at_the_top_follow_the_public_schemas(file: str, against: str) -> None:
    document = YAML(typ="safe").load((ROOT / file).read_text(encoding="utf-8"))
    assert problems(document, against) == []


def test_the_page_shows_a_workflow_that_uses_the_action_of_this_version() -> None:
    page = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^ {4}```yaml\n(.*?)^ {4}```$", page, re.M | re.S)
    document = YAML(typ="safe").load(block)
    assert problems(document, "github-workflows") == []
    step = document["jobs"]["abi-diff"]["steps"][-1]
    assert step["uses"] == f"OWNER/abidiff@v{__version__}"
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(step["with"]) <= set(action["inputs"])


def component(**inputs: str) -> Any:
    """Return the jobs of the GitLab component as GitLab makes them, inputs put into its scalars."""
    head, body = (ROOT / "templates" / "abi-diff.yml").read_text(encoding="utf-8").split("\n---\n")
    declared = YAML(typ="safe").load(head)["spec"]["inputs"]
    values = {name: inputs.get(name, about.get("default", "")) for name, about in declared.items()}

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {filled(key): filled(value) for key, value in node.items()}
        if isinstance(node, list):
            return [filled(value) for value in node]
        return re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda m: values[m[1]], node) if isinstance(node, str) else node

    return filled(YAML(typ="safe").load(body))


def test_the_component_follows_the_public_schema() -> None:
    assert problems(component(package="abidiff"), "gitlab-ci") == []


def test_the_component_runs_what_the_job_runs() -> None:
    (script,) = component(package="abidiff")["abi-diff"]["script"]
    split, gate = script.split("abi-diff gate ")
    assert split == 'python3 -I -c "$ABI_DIFF_SPLIT" '
    assert f"abi-diff gate {gate}".split() == load("gitlab-ci.yml")["abi-diff"]["script"][0].split()


def test_versions_agree() -> None:
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__
    assert f"\n## {__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


HEADER = "#ifndef H\n#define H\nstruct ship { int berth; };\nint moor(struct ship *s);\n#endif\n"
SYMS = "HARBOUR_1.0 { global: moor; };\n"


@pytest.fixture
def merge_request(tmp_path: Path) -> Repo:
    """A clone of a repository, on a branch that goes off origin/master."""
    upstream = Repo(tmp_path / "upstream")
    upstream.path.mkdir()
    upstream.git("init", "-q", "-b", "master")
    upstream.commit(SYMS, "src/harbour.syms")
    upstream.commit(HEADER, "include/harbour.h")
    clone = Repo(tmp_path / "clone")
    clone.path.mkdir()
    clone.git("clone", "-q", f"file://{upstream.path}", ".")
    clone.git("checkout", "-q", "-b", "topic")
    return clone


def environment(repo: Repo, **more: str) -> dict[str, str]:
    bin_dir = repo.path.parent / "bin"
    bin_dir.mkdir(exist_ok=True)
    command = bin_dir / "abi-diff"
    surfaces = "--surface headers --surface symbols"
    command.write_text(f'#!/bin/sh\ncommand=$1; shift\nexec {sys.executable} -m abidiff "$command" {surfaces} "$@"\n')
    command.chmod(0o755)
    if not (bin_dir / "python").exists():
        (bin_dir / "python").symlink_to(sys.executable)
    return {
        **os.environ,
        "PATH": f"{bin_dir}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        **more,
    }


def shell(repo: Repo, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", script],
        cwd=repo.path,
        env=environment(repo, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def gitlab(repo: Repo) -> subprocess.CompletedProcess[str]:
    (script,) = load("gitlab-ci.yml")["abi-diff"]["script"]
    return shell(repo, script, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="master")


def github(repo: Repo) -> subprocess.CompletedProcess[str]:
    (step,) = [s for s in load("github-workflow.yml")["jobs"]["abi-diff"]["steps"] if "gate" in s.get("run", "")]
    return shell(repo, step["run"], BASE="origin/master")


def action(repo: Repo, arguments: str = "") -> subprocess.CompletedProcess[str]:
    """Run the step of the Action that judges; its environment is made of the one that the tests use."""
    steps = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    (step,) = [s for s in steps if s.get("id") == "gate"]
    temp = repo.path.parent / "runner"
    (temp / "abi-diff").mkdir(parents=True, exist_ok=True)
    environment(repo)
    if not (temp / "abi-diff" / "bin").exists():
        (temp / "abi-diff" / "bin").symlink_to(repo.path.parent / "bin")
    names = {"RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "out"), "GITHUB_STEP_SUMMARY": str(temp / "summary")}
    inputs = {"AGAINST": "origin/master", "ARGUMENTS": arguments, "SARIF": "a.sarif", "HTML": "a.html"}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=repo.path,
        env=environment(repo, **names, **inputs),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


ADDED = HEADER.replace("#endif", "int sail(struct ship *s);\n#endif")
BROKEN = HEADER.replace("int berth;", "long berth; int length;")


def test_a_merge_request_that_adds_an_api_passes(merge_request: Repo) -> None:
    merge_request.commit(ADDED, "include/harbour.h")
    done = gitlab(merge_request)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sail" in done.stdout
    assert json.loads((merge_request.path / "abi-codequality.json").read_text()) == []


def test_a_merge_request_that_changes_a_struct_fails_in_every_format(merge_request: Repo) -> None:
    merge_request.commit(BROKEN, "include/harbour.h")
    done = gitlab(merge_request)
    assert done.returncode == 1, done.stdout + done.stderr
    issues = json.loads((merge_request.path / "abi-codequality.json").read_text())
    assert issues[0]["location"]["path"] == "include/harbour.h"
    assert 'failures="0"' not in (merge_request.path / "abi-junit.xml").read_text().splitlines()[1]
    assert (merge_request.path / "abi-diff.html").read_text().startswith("<!DOCTYPE html>")
    done = github(merge_request)
    assert done.returncode == 1
    assert re.search(r"^::error file=include/harbour\.h,line=\d+", done.stdout, re.MULTILINE)
    log = json.loads((merge_request.path / "abi-diff.sarif").read_text())
    levels = {result["level"] for result in log["runs"][0]["results"]}
    assert "error" in levels


def test_the_action_annotates_writes_a_summary_and_gives_the_exit_code(merge_request: Repo) -> None:
    merge_request.commit(BROKEN, "include/harbour.h")
    done = action(merge_request)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"^::error file=include/harbour\.h,line=\d+", done.stdout, re.MULTILINE)
    temp = merge_request.path.parent / "runner"
    assert (temp / "out").read_text() == "exit-code=1\n"
    assert "ship" in (temp / "summary").read_text()
    assert (merge_request.path / "a.sarif").exists()
    assert action(merge_request, "--fail-on never").returncode == 0


def test_a_waiver_with_a_reason_lets_it_through_and_an_expired_one_does_not(merge_request: Repo) -> None:
    merge_request.commit(BROKEN, "include/harbour.h")
    shell(merge_request, "abi-diff gate --against origin/master --format json=r.json")
    findings = json.loads((merge_request.path / "r.json").read_text())["findings"]
    for finding in findings:
        if finding["severity"] in ("breaking", "undecided"):
            done = shell(
                merge_request,
                f"{sys.executable} -m abidiff waive {finding['fingerprint']} --reason 'agreed' --report r.json",
            )
            assert done.returncode == 0, done.stderr
    done = gitlab(merge_request)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "agreed" in done.stdout
    config = merge_request.path / "abidiff.toml"
    config.write_text(config.read_text().replace('reason = "agreed"', 'reason = "agreed"\nexpires = 2020-01-01'))
    done = gitlab(merge_request)
    assert done.returncode == 1
    assert "expired on 2020-01-01" in done.stdout


def test_the_pre_commit_hook_stops_a_break(merge_request: Repo) -> None:
    hook = merge_request.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    shutil.copy(CI / "pre-commit.sh", hook)
    merge_request.write(BROKEN, "include/harbour.h")
    done = shell(merge_request, "git add -A && git commit -q -m break")
    assert done.returncode != 0
    assert "INCOMPATIBLE" in done.stdout + done.stderr
    merge_request.write(ADDED, "include/harbour.h")
    done = shell(merge_request, "git add -A && git commit -q -m add")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pre_commit_hooks_run_whatever_is_committed() -> None:
    """A deleted file is never among those that pre-commit counts, and what forms an interface the gate knows best."""
    (repo,) = load("pre-commit-config.yaml")["repos"]
    (hook,) = repo["hooks"]
    (offered,) = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert shlex.join(shlex.split(hook["entry"])) in (CI / "pre-commit.sh").read_text()
    assert hook["entry"] == offered["entry"]
    for found in (hook, offered):
        assert set(found) <= {"id", "name", "description", "entry", "language", "pass_filenames", "always_run"}
        assert (found["always_run"], found["pass_filenames"]) == (True, False)


def test_no_job_is_bound_to_names_of_files() -> None:
    workflow, job = load("github-workflow.yml"), load("gitlab-ci.yml")["abi-diff"]
    assert not workflow["on"]["pull_request"]  # neither paths nor paths-ignore
    for rules in (job["rules"], component(package="abidiff")["abi-diff"]["rules"]):
        assert [set(rule) for rule in rules] == [{"if"}]


def test_a_header_that_is_deleted_stops_the_commit(merge_request: Repo) -> None:
    merge_request.git("rm", "-q", "include/harbour.h")
    (repo,) = load("pre-commit-config.yaml")["repos"]
    done = shell(merge_request, repo["hooks"][0]["entry"])
    assert done.returncode == 1, done.stdout + done.stderr
    assert "moor" in done.stdout


SPLIT = {
    "one line": ("--fail-on never --brief", ["--fail-on", "never", "--brief"]),
    "a block": ("--fail-on never\n--brief\n", ["--fail-on", "never", "--brief"]),
    "a block whose lines go on": ("--fail-on \\\n  never \\\n--brief", ["--fail-on", "never", "--brief"]),
    "quotes": ("""--with "a folder"\n--exclude 'b "c"/*'""", ["--with", "a folder", "--exclude", 'b "c"/*']),
    "nothing is run": ("$(touch ran) `touch ran`; touch ran # $HOME *",
                       ["$(touch", "ran)", "`touch", "ran`;", "touch", "ran", "#", "$HOME", "*"]),
    "none": (" \n", []),
}  # fmt: skip


@pytest.mark.parametrize("name", SPLIT)
@pytest.mark.parametrize("of", ["action", "component"])
def test_arguments_are_split_as_a_shell_does(tmp_path: Path, of: str, name: str) -> None:
    given, expected = SPLIT[name]
    found = split_by(of, Repo(tmp_path), given)
    assert found.returncode == 0, found.stderr
    words = found.stdout.splitlines()
    assert words[: words.index("--format")] == ["gate", "--against", "origin/master"]
    assert words[len(words) - len(expected) :] == expected
    assert words[-len(expected) - 1].startswith(("markdown=", "html="))  # nothing else was added
    assert not (tmp_path / "work" / "ran").exists()


@pytest.mark.parametrize("of", ["action", "component"])
def test_a_quote_that_does_not_end_is_an_error_of_use(tmp_path: Path, of: str) -> None:
    found = split_by(of, Repo(tmp_path), '--with "a folder')
    assert found.returncode == 2
    assert "arguments: No closing quotation" in found.stdout + found.stderr


def split_by(of: str, place: Repo, arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a job's script with a command that prints its arguments, in a folder whose modules must not be loaded."""
    work, bin_dir = place.path / "work", place.path / "abi-diff" / "bin"
    work.mkdir()
    bin_dir.mkdir(parents=True)
    (work / "shlex.py").write_text("raise SystemExit('of the folder')\n")
    (bin_dir / "abi-diff").write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    (bin_dir / "abi-diff").chmod(0o755)
    (bin_dir / "python").symlink_to(sys.executable)
    if of == "action":
        steps = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
        (script,) = [s["run"] for s in steps if s.get("id") == "gate"]
        more = {"AGAINST": "origin/master", "ARGUMENTS": arguments, "SARIF": "a.sarif", "HTML": "a.html"}
    else:
        job = component(package="abidiff", arguments=arguments)["abi-diff"]
        (script,) = job["script"]
        more = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "master", **job["variables"]}
    names = {"RUNNER_TEMP": place.path, "GITHUB_OUTPUT": place.path / "out", "GITHUB_STEP_SUMMARY": place.path / "sum"}
    path = f"{bin_dir}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", script] if of == "action" else ["sh", "-e", "-c", script],
        cwd=work,
        env={**os.environ, "PATH": path, **{name: str(value) for name, value in names.items()}, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
