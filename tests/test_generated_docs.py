"""The generated manual: one page a surface, current, and complete."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from abidiff.cli.manual import all_rules, explained

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "tools" / "generate_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_rule_has_its_section_and_its_line(tool: ModuleType) -> None:
    pages = tool.pages()
    for rule in all_rules():
        surface, _, name = rule.id.partition("/")
        assert f"\n## {name}\n" in pages[f"{surface}.md"]
        assert f"[{rule.id}]({surface}.md#{name})" in pages["README.md"]


def test_pages_are_written_checked_and_cleaned(
    tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tool, "FOLDER", tmp_path / "rules")
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert tool.main() == 1
    assert not (tmp_path / "rules").exists(), "--check writes nothing"
    monkeypatch.setattr(sys, "argv", ["generate_docs.py"])
    assert tool.main() == 0
    (tmp_path / "rules" / "left-over.md").write_text("old")
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert tool.main() == 1
    assert "left-over.md" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["generate_docs.py"])
    assert tool.main() == 0
    monkeypatch.setattr(sys, "argv", ["generate_docs.py", "--check"])
    assert tool.main() == 0


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_can_be_explained(rule) -> None:
    text = explained(rule)
    assert text.startswith(f"{rule.id}\n")
    assert rule.summary in text
    assert all(example.name in text for example in rule.examples)


def test_the_pages_in_the_repository_are_current() -> None:
    if not (ROOT / "docs" / "rules" / "README.md").exists():
        pytest.skip("docs/rules is not there: run `make generated`")
    done = subprocess.run(
        [sys.executable, "tools/generate_docs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
