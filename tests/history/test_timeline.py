"""The page about a whole history: what it says, that nothing of it is code, and how it is in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abidiff.history.lives import opened
from abidiff.history.timeline import timeline
from abidiff.reports.timeline import render
from tests.history.library import RNG, files, four, history, release
from tests.reports.test_html_browser import CHROMIUM, ask

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
WIDTHS = ("--window-size=1280,900", "--window-size=420,900")


def page_of(path: Path | str) -> str:
    with opened(path) as found:
        return render(timeline(found), "ships")


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("timeline")
    return page_of(history(folder / "h.db", four(folder)))


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile")


def test_growth_and_steps(tmp_path: Path) -> None:
    with opened(history(tmp_path / "h.db", four(tmp_path))) as found:
        told = timeline(found)
    assert told.growth["functions"] == [2, 3, 2, 3]
    assert told.growth["attributes"] == [1, 1, 1, 1]
    assert [sorted(step.gone) for step in told.steps] == [[], [], ["functions"], []]
    (sail,) = told.steps[3].added["functions"]
    assert (sail.name, sail.until, sail.again) == ("ship_sail", -1, True)
    assert [len(step.breaks) for step in told.steps] == [0, 0, 1, 0]


def test_every_link_leads_somewhere(ships: str) -> None:
    targets = re.findall(r'href="#([^"]+)"', ships)
    assert targets
    assert set(targets) <= set(re.findall(r' id="([^"]+)"', ships))
    assert not re.search(r"(?:src|href)=.?(?:https?:|//)", ships)


def test_a_history_without_releases(tmp_path: Path) -> None:
    assert "no releases" in page_of(history(tmp_path / "h.db", []))


def test_names_of_the_input_are_text(tmp_path: Path) -> None:
    value = "&lt;/li&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"
    schema = RNG.format(f'<attribute name="model"><choice><value>{value}</value></choice></attribute>')
    page = page_of(history(tmp_path / "h.db", [release(tmp_path, "1.0.0", {**files(["f"]), "schemas/s.rng": schema})]))
    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert page.count("<script>") == 1


@needs_browser
@pytest.mark.judge
@pytest.mark.parametrize("width", WIDTHS)
def test_in_a_browser(profile: Path, tmp_path: Path, ships: str, width: str) -> None:
    script = (
        "const s = document.querySelector('#lives input'); s.value = 'SAIL func'; s.dispatchEvent(new Event('input'));"
        "const bars = [...document.querySelectorAll('#found .track i')].map((bar) => bar.style.left);"
        "return [document.querySelector('#found .when').textContent, bars, location.hash,"
        "document.documentElement.scrollWidth <= innerWidth];"
    )
    found = ask(profile, tmp_path, script, page=ships, flags=(width,))
    assert found == ["1.0.0 to before 1.9.0, since 1.10.0", ["0%", "75%"], "#q=SAIL%20func", True]


@needs_browser
@pytest.mark.judge
def test_without_its_script(profile: Path, tmp_path: Path, ships: str) -> None:
    page = re.sub(r"script-src &#39;sha256-[^&]*&#39;", "script-src &#39;none&#39;", ships)
    script = (
        "document.querySelectorAll('details').forEach((one) => { one.open = true; });"
        "return [document.getElementById('lives').hidden, document.body.innerText.includes('ship_moor'),"
        "document.querySelectorAll('.breaks li').length];"
    )
    assert ask(profile, tmp_path, script, page=page) == [True, True, 1]
