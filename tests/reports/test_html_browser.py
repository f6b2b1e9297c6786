"""The page in a headless Chromium: open, filter, search, share a link, copy, print, and without JavaScript."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from abidiff.finding import Severity
from abidiff.reports import render
from tests.reports.samples import hostile, incompatible

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--virtual-time-budget=3000",
)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile")


def browser(profile: Path, url: str, *flags: str) -> str:
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}", *flags, url],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def with_script(page: str, script: str) -> str:
    """Add a script to a page, and to what its policy allows."""
    digest = "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = page.replace("script-src &#39;", f"script-src &#39;{digest}&#39; &#39;", 1)
    return page.replace("</body>", f"<script>{script}</script></body>")


def ask(
    profile: Path, tmp_path: Path, expression: str, *, fragment: str = "", page: str = "", flags: tuple[str, ...] = ()
) -> object:
    """Evaluate JavaScript in the page and return its value."""
    answer_it = (
        f"Promise.resolve((() => {{ {expression} }})()).then("
        "(found) => document.body.setAttribute('data-answer', JSON.stringify(found)))"
    )
    script = f"addEventListener('load', () => setTimeout(() => {{ {answer_it}; }}, 100));"
    file = tmp_path / "page.html"
    file.write_text(with_script(page or render("html", incompatible()), script), encoding="utf-8")
    dom = browser(profile, f"file://{file}{fragment}", "--dump-dom", *flags)
    answer = re.search(r'<body data-answer="([^"]*)"', dom)
    assert answer, dom[:500]
    return json.loads(unescape(answer[1]))


VISIBLE = (
    "document.querySelectorAll('details').forEach((d) => { d.open = true; });"
    "const shown = () => [...document.querySelectorAll('.item')].filter((i) => i.offsetParent).length;"
)


def test_it_opens_and_says_what_it_shows(profile: Path, tmp_path: Path) -> None:
    found = ask(profile, tmp_path, VISIBLE + "return [shown(), document.getElementById('shown').textContent];")
    assert found == [8, "8 of 8 shown"]


def test_filters_hide_and_the_address_remembers(profile: Path, tmp_path: Path) -> None:
    found = ask(
        profile,
        tmp_path,
        VISIBLE
        + "document.getElementById('fs-extension').click(); document.getElementById('fu-1').click();"
        + "return [shown(), location.hash, document.getElementById('shown').textContent];",
    )
    assert found == [5, "#hide=fs-extension,fu-1", "5 of 8 shown"]


def test_a_shared_link_restores_the_filters(profile: Path, tmp_path: Path) -> None:
    found = ask(
        profile,
        tmp_path,
        VISIBLE + "return [shown(), document.getElementById('fs-breaking').checked];",
        fragment="#hide=fs-breaking,fs-notice",
    )
    assert found == [5, False]


def test_search_finds_words(profile: Path, tmp_path: Path) -> None:
    found = ask(
        profile,
        tmp_path,
        VISIBLE
        + "const s = document.querySelector('input[type=search]'); s.value = 'BERTH moved';"
        + "s.dispatchEvent(new Event('input')); return [shown(), location.hash];",
    )
    assert found == [1, "#q=BERTH%20moved"]


def test_a_link_to_a_finding_shows_it(profile: Path, tmp_path: Path) -> None:
    fingerprint = incompatible().findings[0].fingerprint
    found = ask(
        profile,
        tmp_path,
        "return document.querySelector(':target').querySelector('h4').textContent;",
        fragment=f"#f-{fingerprint}",
    )
    assert found == "harbourShip.berth"


def test_copying_takes_the_witness(profile: Path, tmp_path: Path) -> None:
    found = ask(
        profile,
        tmp_path,
        "const b = document.querySelector('button[data-copies]');"
        "document.execCommand = () => true; b.click();"
        "return [b.hidden, String(getSelection()).includes('ship.berth = 3;') || b.textContent];",
    )
    assert found[0] is False
    assert found[1] in (True, "Copied", "Copy")


def test_hostile_text_stays_text(profile: Path, tmp_path: Path) -> None:
    page = render("html", hostile())
    found = ask(
        profile,
        tmp_path,
        "return [document.scripts.length, document.querySelectorAll('main b:not(.side b)').length, shown()];".replace(
            "return", VISIBLE + "return"
        ),
        page=page,
    )
    assert found[:2] == [2, 0]
    assert found[2] == 6


def test_nothing_is_loaded_from_elsewhere(profile: Path, tmp_path: Path) -> None:
    found = ask(profile, tmp_path, "return performance.getEntriesByType('resource').length;")
    assert found == 0


def axe() -> str:
    found = importlib.util.find_spec("axe_core_python")
    if found is None or found.origin is None:
        pytest.skip("axe-core-python is not installed")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("folded", [True, False])
def test_no_violation_of_the_rules_of_accessibility(profile: Path, tmp_path: Path, folded: bool) -> None:
    unfold = "" if folded else "document.querySelectorAll('details').forEach((d) => { d.open = true; });"
    page = with_script(render("html", incompatible()), axe())
    found = ask(
        profile,
        tmp_path,
        unfold + "return axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes[0].html.slice(0, 200)));",
        page=page,
    )
    assert found == []


def test_folded_findings_open_for_a_link_and_for_a_search(profile: Path, tmp_path: Path) -> None:
    last = next(f for f in incompatible().findings if f.severity is Severity.EXTENSION)
    is_open = "return [...document.querySelectorAll('details')].filter((d) => d.open).length;"
    assert ask(profile, tmp_path, is_open) == 0
    assert ask(profile, tmp_path, is_open, fragment=f"#f-{last.fingerprint}") == 1
    assert ask(profile, tmp_path, is_open, fragment=f"#q={last.subject}") == 1


def test_what_is_shown_is_copied_as_markdown(profile: Path, tmp_path: Path) -> None:
    found = ask(
        profile,
        tmp_path,
        "let text = ''; document.execCommand = () => { text = document.activeElement.value; return true; };"
        "Object.defineProperty(window, 'isSecureContext', { value: false });"
        "document.getElementById('fs-extension').click(); document.getElementById('markdown').click(); return text;",
    )
    assert isinstance(found, str)
    assert found.startswith("# incompatible harbour-1.0.0 → harbour-1.1.0\n")
    assert "## Breaking\n\n### breaking `harbourShip.berth`" in found
    assert "```\n" in found
    assert "## Added" not in found


@pytest.mark.parametrize("width", [320, 360])
def test_it_fits_a_phone(profile: Path, tmp_path: Path, width: int) -> None:
    frame = tmp_path / "frame.html"
    (tmp_path / "inner.html").write_text(
        with_script(
            render("html", incompatible()),
            "parent.postMessage([document.documentElement.scrollWidth, innerWidth], '*')",
        ),
        encoding="utf-8",
    )
    frame.write_text(
        f"<body><iframe src='inner.html' style='width:{width}px;height:700px;border:0'></iframe>"
        "<script>onmessage = (e) => document.body.setAttribute('data-answer', JSON.stringify(e.data));</script>"
    )
    dom = browser(profile, f"file://{frame}", "--dump-dom", "--allow-file-access-from-files")
    needed, inner = json.loads(unescape(re.search(r'data-answer="([^"]*)"', dom)[1]))  # type: ignore[index]
    assert needed <= inner


def test_it_prints(profile: Path, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(render("html", incompatible()), encoding="utf-8")
    browser(profile, f"file://{file}", f"--print-to-pdf={tmp_path / 'page.pdf'}")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")


def test_it_is_complete_without_its_script_and_filters_still_work(profile: Path, tmp_path: Path) -> None:
    page = re.sub(r"script-src &#39;sha256-[^&]*&#39;", "script-src &#39;none&#39;", render("html", incompatible()))
    found = ask(
        profile,
        tmp_path,
        VISIBLE
        + "const all = shown(); document.getElementById('fs-extension').click();"
        + "return [all, shown(), document.getElementById('shown').textContent,"
        + "document.querySelector('button[data-copies]').hidden];",
        page=page,
    )
    assert found == [8, 6, "", True]
