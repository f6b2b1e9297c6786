"""Documents: what of them came with which release, templates of several kinds, and bad input."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.history.lives import opened
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.templates import HOLE, without_holes
from abidiff.requires.model import parsed
from tests.history.library import history, release
from tests.requires.test_requires import asked, told

TPM = "domain/devices/tpm/@model=tpm-crb"
GUEST = "<domain type='kvm'>\n<name>a</name>\n<devices>\n{}\n</devices>\n</domain>\n"


@pytest.fixture(scope="module")
def libvirt() -> Iterator[Catalogue]:
    with opened("libvirt") as found:
        yield Catalogue(found, roots=("domain", "interface", "node"))


def test_a_value_sets_the_floor(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"guest.xml": GUEST.format("<tpm model='tpm-crb'/>")})
    assert told(found, "sets-floor") == [TPM]
    (finding,) = found.findings
    assert finding.new is not None
    assert (finding.new.path, finding.new.line) == ("guest.xml", 4)


def test_what_is_no_newer_than_what_it_stands_in_is_not_told_again(libvirt: Catalogue) -> None:
    disk = "<disk type='file'><driver name='qemu' discard_no_unref='on'/></disk>"
    found = asked(libvirt, {"guest.xml": GUEST.format(disk)})
    assert told(found, "sets-floor") == ["domain/devices/disk/driver/@discard_no_unref"]


@pytest.mark.parametrize(
    "template",
    [
        "{% if tpm %}<tpm model='tpm-crb'/>{% endif %}",
        "<tpm model='tpm-crb' {{ more }}/>{# a remark with <a> tag #}",
        "{{ if .TPM }}<tpm model='tpm-crb'/>{{ else }}{{ end }}",
        "<% if tpm %><tpm model='tpm-crb'/><% end %>",
        "<tpm model='tpm-crb'/>%s%(disks)s ${net} @GRAPHICS@",
        "<{{ tag }} a='{{ b }}'/><tpm model='tpm-crb'/>",
        "<tpm {% if a %}model='tpm-crb'{% else %}model='tpm-tis'{% endif %}/>",
    ],
)
def test_templates(libvirt: Catalogue, template: str) -> None:
    found = asked(libvirt, {"guest.xml.j2": GUEST.format(template)})
    assert not found.problems
    assert told(found, "sets-floor") == [TPM]


@pytest.mark.parametrize("value", ["{{ model }}", "%s", "${MODEL}", "tpm-{{ x }}", "{% if a %}tpm-crb{% endif %}"])
def test_what_is_filled_in_later_asks_for_nothing(libvirt: Catalogue, value: str) -> None:
    found = asked(libvirt, {"guest.xml.j2": GUEST.format(f"<tpm model='{value}'/>")})
    assert TPM not in told(found, "sets-floor")


@pytest.mark.parametrize(
    "text",
    [
        "<interface><object class='GtkWindow'><tpm model='tpm-crb'/></object></interface>",
        "<node><interface name='org.a'/></node>",
        "<!-- <domain><devices/></domain> --><project/>",
        "<domain><other/></domain>",
    ],
)
def test_documents_of_others(libvirt: Catalogue, text: str) -> None:
    code = "#include <libvirt/libvirt.h>\nvoid f(virDomainPtr d) { virDomainCreate(d); }\n"
    found = asked(libvirt, {"a.xml": text, "a.c": code})
    assert not found.problems
    assert not any("/" in finding.subject for finding in found.findings)


STRANGE = {
    "an element": ("<tpm model='tpm-crb'/><flux/>", ["domain/devices/flux"]),
    "an attribute": ("<tpm model='tpm-crb' color='red'/>", ["domain/devices/tpm/@color"]),
    "what is in it is not told again": ("<flux a='1'><b/></flux>", ["domain/devices/flux"]),
    "in an element in itself": (
        f"<disk>{'<backingStore>' * 3}<flux/>{'</backingStore>' * 3}</disk>",
        ["domain/devices/disk/backingStore/flux"],
    ),
    "a place that is deep in itself": (
        "<disk><backingStore><backingStore><format type='raw'/></backingStore></backingStore></disk>",
        [],
    ),
    "in another namespace": ("<x:flux xmlns:x='urn:x' a='1'/><tpm x:a='1' xmlns:x='urn:x'/>", []),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_place_that_no_schema_has_is_unknown(libvirt: Catalogue, case: str) -> None:
    """A use of a newer release than the history has, or a slip: which release it needs is not known."""
    inside, names = STRANGE[case]
    found = asked(libvirt, {"guest.xml": GUEST.format(inside)})
    assert told(found, "unknown-name") == names
    assert found.exit_code == (3 if names else 0)
    for finding in found.findings:
        assert finding.rule != "requires/unknown-name" or (finding.new and finding.new.line == 4)


def test_metadata_has_what_it_likes(libvirt: Catalogue) -> None:
    text = "<domain type='kvm'><name>a</name><metadata><flux a='1'><b/></flux></metadata></domain>"
    assert asked(libvirt, {"guest.xml": text}).exit_code == 0


def test_an_entity_with_elements_is_read(libvirt: Catalogue) -> None:
    """The root is the document's, not the first element in its DTD."""
    dtd = """<!DOCTYPE domain [<!ENTITY tpm "<tpm model='tpm-crb'/>">]>\n"""
    found = asked(libvirt, {"guest.xml": dtd + GUEST.format("&tpm;")})
    assert told(found, "sets-floor") == [TPM]
    assert not found.problems


CRB = "<tpm model='tpm-crb'/>"
SEVERAL = {
    "two roots": "{% if a %}<domain/>{% else %}GUEST{% endif %}",
    "two roots one after the other": "<?xml version='1.0'?>\n<domain/>{{ if .x }}GUEST{{ end }}",
    "a root of others first": "{% if a %}<other/>{% endif %}GUEST",
    "two start tags": GUEST.format(
        "{% if a %}<disk type='file'>{% elif b %}<disk>{% else %}<disk type='block'>{% endif %}</disk>TPM"
    ),
    "two values of one attribute": GUEST.format("<tpm {% if a %}model='tpm-tis'{% else %}model='tpm-crb'{% endif %}/>"),
    "ERB": GUEST.format("<qemu:x/>TPM<% list.each do |x| %><% if x %><input/><% else %><% end %><% end %>"),
    "a branch in a branch": GUEST.format(
        "{{ if a }}<disk type='file'>{{ else }}{{ range b }}<disk>{{ else }}<disk type='dir'>{{ end }}{{ end }}</disk>"
        "TPM"
    ),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_every_branch_of_a_template_is_read(libvirt: Catalogue, case: str) -> None:
    text = SEVERAL[case].replace("GUEST", GUEST.format("TPM")).replace("TPM", CRB)
    found = asked(libvirt, {"guest.xml.j2": text})
    assert told(found, "sets-floor") == [TPM]
    assert not found.problems
    assert told(found, "unknown-name") == []


INSIDE = "<name>a</name><devices>{}</devices>"
BODY = INSIDE.format("<tpm model='tpm-crb'/>")


@pytest.mark.parametrize(
    "template",
    [
        f"<domain{{{{ attributes }}}}>{BODY}</domain>",
        f"<domain{{% if kvm %}} type='kvm'{{% endif %}}>{BODY}</domain>",
        f"<domain{{{{ if .KVM }}}} type='kvm'{{{{ end }}}}>{BODY}</domain>",
        f"<domain%s>{BODY}</domain>",
        f"<domain${{ATTRIBUTES}}>{BODY}</domain>",
        f"<domain@ATTRIBUTES@>{BODY}</domain>",
        f"<domain<%= attributes %>>{BODY}</domain>",
        f"<domain<% if kvm %> type='kvm'<% end %>>{BODY}</domain>",
        f"<domain>{BODY.replace('<tpm', '<tpm{{ more }}')}</domain>",
        f"<domain>{BODY.replace('<tpm', '<tpm{{ more }}').replace('/>', '></tpm>')}</domain>",
        f"<domain xmlns='{{{{ space }}}}'>{BODY}</domain>",
    ],
)
def test_something_is_filled_in_right_behind_a_name(libvirt: Catalogue, template: str) -> None:
    found = asked(libvirt, {"guest.xml.j2": template})
    assert not found.problems
    assert told(found, "sets-floor") == [TPM]


def test_a_first_element_whose_name_is_filled_in_is_a_problem(libvirt: Catalogue) -> None:
    """It may be ``domain`` or ``domainsnapshot``."""
    found = asked(libvirt, {"a.xml.j2": f"\n<domain{{{{ kind }}}}>{BODY}</domain{{{{ kind }}}}>"})
    (problem,) = found.problems
    assert str(problem.location) == "a.xml.j2:2"
    assert problem.message == "a template that fills in what its first element is called: domain…"
    assert found.exit_code == 3


def test_messages_have_no_word_of_our_own(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"a.xml.j2": "<domain><name>a</name><{{ x }}></y></domain>"})
    assert [HOLE in each.message for each in found.problems] == [False]


@pytest.mark.parametrize(
    "text",
    [
        f"<domain xmlns='urn:other'>{BODY}</domain>",
        f"<domain xmlns='urn:other'>{BODY.replace('<tpm', '{{ x }}<tpm')}</domain>",
        f"<o:domain xmlns:o='urn:other'>{BODY}</o:domain>",
    ],
)
def test_a_document_in_another_namespace_is_of_others(libvirt: Catalogue, text: str) -> None:
    found = asked(libvirt, {"a.xml.j2": text, "b.xml": GUEST.format("")})
    assert not found.problems
    assert {str(place) for each in found.findings for place in [each.new and each.new.path]} <= {"b.xml"}


def test_a_part_in_another_namespace_is_of_others(libvirt: Catalogue) -> None:
    part = "<devices xmlns='urn:other'><tpm model='tpm-crb'/></devices>"
    found = asked(libvirt, {"a.xml": f"<domain><name>a</name>{part}</domain>"})
    assert told(found, "sets-floor") == ["domain/name"]


def test_many_names_with_something_behind_take_no_time() -> None:
    text = "".join(f"<a{n}{{{{ x }}}}></a{n}>" for n in range(20_000))
    start = time.process_time()
    assert HOLE not in without_holes(text)
    assert time.process_time() - start < 5


def test_a_template_without_a_document_in_any_branch_is_a_problem(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"guest.xml.j2": GUEST.format("<disk>{% if a %}<tpm>{% endif %}" + CRB)})
    assert found.exit_code == 3
    assert [problem.location.path for problem in found.problems if problem.location] == ["guest.xml.j2"]


@pytest.mark.parametrize(
    "piece", ["{% if a %}", "{% if a %}{% else %}", "{% else %}", "<!--", "<!DOCTYPE a [", "{{end}}"]
)
def test_branches_that_never_end_take_no_time(libvirt: Catalogue, piece: str) -> None:
    start = time.process_time()
    found = asked(libvirt, {"guest.xml.j2": GUEST.format(piece * 20_000), "a.py": "import libvirt\nlibvirt.open()\n"})
    assert time.process_time() - start < 5
    assert found.exit_code in (0, 3)


def test_bad_input_is_named(libvirt: Catalogue) -> None:
    bomb = "<!DOCTYPE domain [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>" + GUEST.format("&b;")
    files = {"a.xml": "<domain>\n<devices>\n</domain>", "b.xml": "<domain><name>\x00</name></domain>", "c.xml": bomb}
    found = asked(libvirt, files)
    assert {problem.location.path for problem in found.problems if problem.location} == {"a.xml", "b.xml"}
    assert found.exit_code == 3
    place = next(problem for problem in found.problems if problem.location and problem.location.path == "a.xml")
    assert place.location is not None
    assert place.location.line == 3


@pytest.mark.parametrize("piece", ["{{", "{%", "<%", "${", "@a", "%(", "{{if", "'<"])
def test_holes_that_never_end_take_no_time(piece: str) -> None:
    start = time.process_time()
    without_holes(piece * 100_000)
    assert time.process_time() - start < 2


def test_lines_stay() -> None:
    text = "<a b='{{ c\n}}'>\n{% if\n x %}\n</a>"
    assert without_holes(text).count("\n") == text.count("\n")
    assert HOLE in without_holes(text)


@pytest.mark.real
@pytest.mark.skipif(shutil.which("jing") is None, reason="jing is not installed")
def test_jing_agrees(libvirt: Catalogue, real_release: Callable[[str], Path], tmp_path: Path) -> None:
    """A document is valid under the schemas of its floor, and not under those of the release before."""
    disk = "<disk type='file'><driver name='qemu' discard_no_unref='on'/><source file='/a'/><target dev='vda'/></disk>"
    text = "<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type></os>"
    guest = tmp_path / "guest.xml"
    guest.write_text(f"{text}<devices>{disk}</devices></domain>")
    (finding,) = asked(libvirt, {"guest.xml": guest.read_text()}).findings
    entry = libvirt.get(finding.subject)
    assert entry is not None
    assert parsed("9") < entry.since <= parsed("11.3")
    for version, valid in (("9.0.0", False), ("11.3.0", True)):
        folder = tmp_path / version
        folder.mkdir()
        with tarfile.open(real_release(version)) as archive:
            for member in archive:
                if re.search(r"/schemas/[\w-]+\.rng\Z", member.name) and (stream := archive.extractfile(member)):
                    (folder / member.name.rpartition("/")[2]).write_bytes(stream.read())
        done = subprocess.run(["jing", folder / "domain.rng", guest], capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is valid, done.stdout


SHIP = """<element name="ship" xmlns="http://relaxng.org/ns/structure/1.0">
  <optional><element name="mast"><attribute name="rig">
    <choice><value>brig</value><value>yawl</value></choice>
  </attribute></element></optional>{more}
</element>
"""
DEEP = '<optional><attribute name="port"/></optional>'
WIDE = SHIP.replace("<optional><element", "<zeroOrMore><element").replace(
    "</element></optional>", "</element></zeroOrMore>"
)


def grown(folder: Path, texts: Iterable[str]) -> Path:
    """Return a history with a release of each schema."""
    found = [release(folder, f"1.{n}.0", {"ship.rng": text}) for n, text in enumerate(texts, 1)]
    return history(folder / "ship.db", found)


def floor_of(folder: Path, texts: Iterable[str], document: str) -> tuple[int, str, list[str]]:
    """Return exit code, what sets the floor, and the notes."""
    (folder / "app.xml").write_text(document)
    arguments = ["requires", str(folder / "app.xml"), "--history", str(grown(folder, texts)), "-f", "json"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    told = json.loads(result.output)
    return result.return_value or 0, " ".join(each["message"] for each in told["findings"]), told["notes"]


def test_a_document_is_validated_whole(tmp_path: Path) -> None:
    """Each of its places is as old as the first release; two masts came with the third."""
    texts = [SHIP.format(more=""), SHIP.format(more=DEEP), WIDE.format(more=DEEP), WIDE.format(more=DEEP)]
    two = "<ship><mast rig='brig'/>\n<mast rig='yawl'/></ship>"
    code, message, _ = floor_of(tmp_path, texts, two)
    assert (code, message) == (0, "document app.xml as a whole is valid from 1.3.0 on")


def test_a_place_says_it_already(tmp_path: Path) -> None:
    texts = [SHIP.format(more=""), SHIP.format(more=DEEP), WIDE.format(more=DEEP)]
    code, message, _ = floor_of(tmp_path, texts, "<ship port='left'><mast rig='brig'/></ship>")
    assert (code, message) == (0, "attribute ship/@port came with 1.2.0")


def test_a_document_of_the_first_release(tmp_path: Path) -> None:
    assert floor_of(tmp_path, [SHIP.format(more=""), WIDE.format(more="")], "<ship><mast rig='brig'/></ship>")[:2] == (
        0,
        "",
    )


def test_a_document_that_no_release_takes(tmp_path: Path) -> None:
    code, message, _ = floor_of(
        tmp_path, [SHIP.format(more=""), WIDE.format(more="")], "<ship><mast rig='raft'/></ship>"
    )
    assert code == 3
    assert message.startswith("no release up to 1.2.0 takes app.xml as a whole: ")


def test_a_document_that_later_releases_refuse(tmp_path: Path) -> None:
    """Two masts were allowed in the first release alone."""
    two = "<ship><mast rig='brig'/><mast rig='yawl'/></ship>"
    code, message, notes = floor_of(tmp_path, [WIDE.format(more=""), SHIP.format(more="")], two)
    assert code == 1
    assert message.startswith("document app.xml as a whole is not valid for 1.2.0 (it is for 1.1.0): ")
    assert notes[0] == "the one release of ship that serves the application is 1.1.0 (the oldest of the history)"


def test_a_document_that_a_release_between_refuses(tmp_path: Path) -> None:
    two = "<ship><mast rig='brig'/><mast rig='yawl'/></ship>"
    code, message, _ = floor_of(tmp_path, [WIDE.format(more=""), SHIP.format(more=""), WIDE.format(more=DEEP)], two)
    told = "document app.xml as a whole is not valid for 1.2.0, and valid again from 1.3.0 on"
    assert (code, message) == (0, told)


def test_a_value_of_a_template_that_is_gone(tmp_path: Path) -> None:
    texts = [SHIP.format(more="").replace("brig", "raft"), SHIP.format(more="")]
    code, message, _ = floor_of(tmp_path, texts, "<ship><mast rig='raft'/>{{ more }}</ship>")
    assert (code, message) == (
        1,
        "value ship/mast/@rig=raft is gone in 1.2.0 (the last with it is 1.1.0) and is used without a check",
    )


@pytest.mark.judge
def test_jing_takes_a_document_from_its_floor_on(tmp_path: Path) -> None:
    if not shutil.which("jing"):
        pytest.skip("jing is missing")
    texts = [SHIP.format(more=""), SHIP.format(more=DEEP), WIDE.format(more=DEEP)]
    document = "<ship port='left'><mast rig='brig'/><mast rig='yawl'/></ship>"
    _, message, _ = floor_of(tmp_path, texts, document)
    taken = []
    for n in (1, 2, 3):
        command = ["jing", str(tmp_path / f"ship-1.{n}.0/ship.rng"), str(tmp_path / "app.xml")]
        taken.append(subprocess.run(command, capture_output=True, check=False).returncode == 0)
    assert taken == [False, False, True]
    assert "1.3.0" in message


def test_a_document_in_utf_16(libvirt: Catalogue) -> None:
    text = "<?xml version='1.0' encoding='UTF-16'?>\n" + GUEST.format("<tpm model='tpm-crb'/>")
    assert told(asked(libvirt, {"guest.xml": text.encode("utf-16")}), "sets-floor") == [TPM]


def test_rubbish_in_a_document_is_a_problem(libvirt: Catalogue) -> None:
    rubbish = b"<domain type='kvm'><name>a</name>" + bytes(range(128, 256)) * 9 + b"%s</domain>"
    found = asked(libvirt, {"guest.xml": rubbish})
    assert found.exit_code == 3
    assert [problem.location.path for problem in found.problems if problem.location] == ["guest.xml"]
