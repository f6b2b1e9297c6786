"""OASIS XML catalogs: a href that is no place in the release stands for a file of it, or the schema is a problem."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from abidiff.cli.main import main
from abidiff.finding import Confirmation, Finding, Severity, Witness
from abidiff.project import Unit
from abidiff.release import Release, frozen
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.prove.resolved import catalog
from abidiff.surfaces.rng.prove.verify import verify
from tests.surfaces.rng.support import RNG

HEAD = '<!DOCTYPE catalog PUBLIC "-//OASIS//DTD XML Catalogs V1.1//EN" "http://example.org/catalog.dtd">\n'
CATALOG = HEAD + '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'


def loaded(href: str, entries: str, **others: str) -> Schemas:
    files = {
        "s.rng": f'<grammar xmlns="{RNG}">\n<include href="{href}"/></grammar>',
        "parts/p.rng": f'<grammar xmlns="{RNG}"><start><element name="a"><empty/></element></start></grammar>',
        "etc/catalog.xml": CATALOG.format(entries),
        **{f"etc/{name}.xml": CATALOG.format(text) for name, text in others.items()},
    }
    data = {path: text.encode() for path, text in files.items()}
    options = frozen({"catalogs": ("etc/catalog.xml",)})
    return parse_units(data, (Unit("rng", "s.rng", "full", tuple(data), ("s.rng",), options),))


@pytest.mark.parametrize(
    ("href", "entries", "others"),
    [
        ("urn:x:p", '<uri name="urn:x:p" uri="../parts/p.rng"/>', {}),
        ("p.rng", '<group xml:base="../parts/"><uri name="p.rng" uri="p.rng"/></group>', {}),
        ("urn:x:p.rng", '<rewriteURI uriStartString="urn:" rewritePrefix="no/"/>'
         '<rewriteURI uriStartString="urn:x:" rewritePrefix="../parts/"/>', {}),
        ("http://example.org/schemas/p.rng", '<uriSuffix uriSuffix="/p.rng" uri="../parts/p.rng"/>', {}),
        ("urn:x:p", '<nextCatalog catalog="more.xml"/>', {"more": '<uri name="urn:x:p" uri="../parts/p.rng"/>'}),
        ("urn:x:p", '<delegateURI uriStartString="urn:x" catalog="more.xml"/><nextCatalog catalog="catalog.xml"/>',
         {"more": '<uri name="urn:x:p" uri="../parts/p.rng"/><nextCatalog catalog="catalog.xml"/>'}),
    ],
)  # fmt: skip
def test_entries_lead_to_files(href: str, entries: str, others: dict[str, str]) -> None:
    found = loaded(href, entries, **others)
    assert not found.problems
    assert [str(one.name) for one in found.elements] == ["a"]


@pytest.mark.parametrize(
    ("href", "entries", "part"),
    [
        ("urn:x:p", "", "points outside of the release"),
        ("urn:x:p", '<uri name="urn:x:p" uri="../../p.rng"/>', "points outside of the release"),
        ("urn:x:p", '<uri name="urn:x:p" uri="file:///etc/passwd"/>', "points outside of the release"),
        ("urn:x:p", '<uri name="urn:x:p" uri="gone.rng"/>', "not in the release (looked for etc/gone.rng)"),
        ("urn:x:p", '<public publicId="urn:x:p" uri="../parts/p.rng"/>', "points outside of the release"),
        ("urn:x:p", '<nextCatalog catalog="catalog.xml"/>', "points outside of the release"),
        ("urn:x:p", "<uri", "not readable as a catalog"),
    ],
)
def test_what_leads_nowhere_is_a_problem(href: str, entries: str, part: str) -> None:
    (found,) = loaded(href, entries).problems
    assert part in found.message


@pytest.mark.parametrize("options", [[], ["--catalog", "etc/names.xml"]])
def test_a_release_with_a_catalog(options: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for side, extra in (("old", '<optional><attribute name="b"/></optional>'), ("new", "")):
        folder = tmp_path / side
        (folder / "parts").mkdir(parents=True)
        (folder / "etc").mkdir()
        (folder / "s.rng").write_text(
            f'<grammar xmlns="{RNG}"><start><ref name="a"/></start><include href="urn:x:p.rng"/></grammar>', "utf-8"
        )
        (folder / "parts/p.rng").write_text(
            f'<grammar xmlns="{RNG}"><define name="a"><element name="a">{extra}<empty/></element></define></grammar>',
            "utf-8",
        )
        entry = '<rewriteURI uriStartString="urn:x:" rewritePrefix="../parts/"/>'
        (folder / ("etc/names.xml" if options else "etc/catalog.xml")).write_text(CATALOG.format(entry), "utf-8")
    for _ in range(2):  # the second time with a cache
        with pytest.raises(SystemExit) as caught:
            main(["compare", str(tmp_path / "old"), str(tmp_path / "new"), *options])
        assert caught.value.code == 1, capfd.readouterr().out
        assert "'b' is no longer allowed" in capfd.readouterr().out


@pytest.mark.judge
@pytest.mark.parametrize("href", ["urn:x:p.rng", "gone.rng"])
def test_validators_find_what_catalogs_of_the_release_lead_to(href: str) -> None:
    def side(extra: str) -> dict[str, bytes]:
        entries = f'<uri name="{href}" uri="../parts/p.rng"/><uri name="urn:x:other" uri="file:///etc/passwd"/>'
        define = f'<define name="a"><element name="a">{extra}</element></define>'
        files = {
            "s.rng": f'<grammar xmlns="{RNG}"><start><ref name="a"/></start><include href="{href}"/></grammar>',
            "parts/p.rng": f'<grammar xmlns="{RNG}">{define}</grammar>',
            "etc/catalog.xml": CATALOG.format(entries),
        }
        return {path: text.encode() for path, text in files.items()}

    sides = side('<optional><element name="b"><empty/></element></optional>'), side("<empty/>")
    witness = Witness("document", "", "", (("witness.xml", b"<a><b/></a>"),))
    finding = Finding(
        rule="rng/element-removed",
        severity=Severity.BREAKING,
        unit="s",
        subject="a/b",
        message="",
        details=(("schema", "s.rng"),),
        witness=witness,
    )
    old, new = (Release("", "", MappingProxyType(one)) for one in sides)
    (found,) = verify([finding], old, new)
    assert found.confirmation is Confirmation.CONFIRMED, found.confirmation_note
    assert found.confirmation_note == "libxml2 and jing"
    assert "passwd" not in catalog(sides[0], Path("/x"))
