"""Changes and findings: directions, groups, places, namespaces, defaults, what is told once."""

# ruff: noqa: E501 - a schema reads best in one line

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff.finding import Confirmation, Finding, Severity
from abidiff.project import Unit
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.compare import compare as comparing
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.decide.modes import Mode
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.prove import verify as verifying
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from abidiff.surfaces.rng.values import effort
from tests.surfaces.rng.support import RNG, XSD, files_of

QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"


def parsed(files: Mapping[str, str], **options: object) -> Schemas:
    data = files_of(files)
    names = [name for name in data if b"<start" in data[name]]
    return parse_units(data, tuple(Unit("rng", name, "full", tuple(data), (name,), options) for name in names))


def findings(old: str | Mapping[str, str], new: str | Mapping[str, str], **options: object) -> list[Finding]:
    sides = [{"main.rng": side} if isinstance(side, str) else side for side in (old, new)]
    changes = compare(*(parsed(side, **options) for side in sides))
    return run(load("abidiff.surfaces.rng.rules"), changes)


def grammar(body: str, defines: str = "", head: str = "") -> str:
    return f'<grammar xmlns="{RNG}" datatypeLibrary="{XSD}"{head}>\n<start>\n{body}\n</start>\n{defines}\n</grammar>'


def element(name: str, *parts: str) -> str:
    inside = "\n".join(parts) or "<empty/>"
    return f'<element name="{name}">\n{inside}\n</element>'


def attribute(name: str, *values: str) -> str:
    listed = "".join(f"<value>{value}</value>" for value in values)
    return f'<attribute name="{name}">{f"<choice>{listed}</choice>" if values else ""}</attribute>'


def optional(*parts: str) -> str:
    return f"<optional>{''.join(parts)}</optional>"


def told(found: list[Finding], *severities: Severity) -> set[tuple[str, str]]:
    return {(f.rule.removeprefix("rng/"), f.subject) for f in found if f.severity in (severities or tuple(Severity))}


def test_places_are_the_lines_of_both_sides() -> None:
    old = grammar(element("r", "<ref name='a'/>"), f"<define name='a'>\n{optional(element('a'))}\n</define>")
    new = grammar("\n\n" + element("r"))
    (found,) = findings(old, new)
    assert (str(found.old), str(found.new)) == ("main.rng:4", "main.rng:5")


def test_the_part_of_a_value_that_allowed_it_is_named() -> None:
    old = grammar(
        element("r", '<attribute name="x">\n<choice>\n<value>a</value>\n<value>b</value>\n</choice>\n</attribute>')
    )
    (found,) = findings(old, grammar(element("r", attribute("x", "a"))))
    assert str(found.old) == "main.rng:7"
    assert dict(found.details)["repair"].startswith("allow <value>b</value> again")
    assert found.message == "attribute 'x' of <r> no longer takes 'b' (only 'a')"


def test_a_cause_is_said_once_with_what_it_reaches() -> None:
    old = {
        "common.rng": f'<grammar xmlns="{RNG}"><define name="disk">{element("disk", optional(element("alias")))}</define></grammar>',
        "domain.rng": grammar(element("domain", "<ref name='disk'/>"), "<include href='common.rng'/>"),
        "snapshot.rng": grammar(
            element("snapshot", element("domain", "<ref name='disk'/>")), "<include href='common.rng'/>"
        ),
    }
    new = {**old, "common.rng": old["common.rng"].replace(optional(element("alias")), "<empty/>")}
    (found,) = findings(old, new)
    assert (found.unit, found.subject, found.reaches) == ("domain.rng", "domain/disk/alias", ("snapshot.rng",))


def test_a_hypervisors_namespace_is_a_trait() -> None:
    def side(extra: str) -> str:
        return grammar(
            element("domain", optional(element("q:commandline", optional(extra))), optional(extra)),
            head=f' xmlns:q="{QEMU}"',
        )

    free = {"free_namespaces": {"qemu": QEMU}}
    found = findings(side(element("q:arg")), side("<notAllowed/>"), **free)
    assert {f.traits for f in found} == {("namespace:qemu",)}
    found = findings(grammar(element("domain", optional(attribute("x")))), grammar(element("domain")), **free)
    assert [f.traits for f in found] == [()]


EDITS = {
    "bus": (optional(attribute("bus")), attribute("bus")),
    "file": (optional(attribute("file")), ""),
    "host": (optional(element("host")), element("host")),
    "port": (optional(attribute("port", "1", "2")), optional(attribute("port", "1"))),
    "name": (element("name"), ""),
    "text": (element("note", "<text/>"), element("note")),
    "kind": (attribute("kind", "a", "b"), attribute("kind", "c", "d")),
    "inner": (element("in", optional(attribute("q"))), element("in")),
    "first": (element("one", "<text/>"), element("one", attribute("id"), "<text/>")),
    "root": (attribute("version", "1", "2"), attribute("version", "2")),
}


def edited(edits: Collection[str]) -> str:
    """A schema with all parts, some as they are after their edit."""
    part = {name: pair[name in edits] for name, pair in EDITS.items()}
    source = element("source", *(part[name] for name in ("bus", "file", "port", "host", "name", "first")))
    return grammar(element("disk", part["root"], part["kind"], source, part["text"], part["inner"]))


OUTPUT_OLD = grammar(element("caps", attribute("arch", "x86", "arm"), element("host"), optional(element("numa"))))
OUTPUT_NEW = grammar(
    element(
        "caps", attribute("arch", "x86", "riscv"), element("uuid"), optional(element("host")), optional(attribute("id"))
    )
)


def test_directions() -> None:
    # no old document has the <uuid> that is required now: that hides everything else
    taken = told(findings(OUTPUT_OLD, OUTPUT_NEW, direction="input"), Severity.BREAKING, Severity.UNDECIDED)
    assert taken == {("element-required", "caps/uuid"), ("masked", "caps/@arch"), ("masked", "caps/numa")}
    printed = told(findings(OUTPUT_OLD, OUTPUT_NEW, direction="output"), Severity.BREAKING)
    assert printed == {("output-missing", "caps/host")}
    noticed = told(findings(OUTPUT_OLD, OUTPUT_NEW, direction="output"), Severity.NOTICE)
    assert ("output-lost", "caps/uuid") in noticed
    assert ("output-value-added", "caps/@arch") in noticed
    both = told(findings(OUTPUT_OLD, OUTPUT_NEW, direction="both"), Severity.BREAKING)
    assert both == printed | {("element-required", "caps/uuid")}


def test_the_witness_of_the_output_direction_is_what_is_printed() -> None:
    old, new = (parsed({"main.rng": side}) for side in (OUTPUT_OLD, OUTPUT_NEW))
    rules = ("rng/output-missing", "rng/output-value-added")
    found = [f for f in findings(OUTPUT_OLD, OUTPUT_NEW, direction="output") if f.rule in rules]
    assert len(found) == 2
    for finding in found:
        assert finding.witness
        files = dict(finding.witness.files)
        assert b"<uuid" in files["witness.xml"]
        assert b"<uuid" not in files["without-new.xml"]
        assert Validator(new).valid(new.schemas[0].start, parse_document(files["witness.xml"], "w"))
        assert not Validator(old).valid(old.schemas[0].start, parse_document(files["without-new.xml"], "w"))


def test_defaults_are_compared_at_their_place() -> None:
    annotation = ' xmlns:a="http://relaxng.org/ns/compatibility/annotations/1.0"'

    def side(value: str) -> str:
        given = f' a:defaultValue="{value}"' if value else ""
        return grammar(
            element("r", element("x", f'<optional><attribute name="k"{given}/></optional>')), head=annotation
        )

    (found,) = findings(side("1"), side("2"))
    assert (found.rule, found.subject, found.severity) == ("rng/default-changed", "r/x/@k", Severity.WARNING)
    assert findings(side("1"), side("1")) == []
    assert len(findings(side(""), side("2"))) == 1


def test_a_default_of_a_define_is_one_cause_with_all_its_paths() -> None:
    annotation = ' xmlns:a="http://relaxng.org/ns/compatibility/annotations/1.0"'

    def side(one: str, other: str) -> str:
        ref = '<ref name="k"/>'
        own = f'<optional>\n<attribute name="k" a:defaultValue="{other}"/></optional>'
        shared = f'<define name="k"><optional>\n<attribute name="k" a:defaultValue="{one}"/></optional></define>'
        parts = (element("x", ref), element("y", ref, element("y2", own)), element("z", ref))
        return grammar(element("r", *parts), shared, head=annotation)

    found = findings(side("1", "5"), side("2", "6"))
    assert [(f.subject, f.message) for f in found] == [
        ("r/x/@k", "the default value was '1' and is '2'"),
        ("r/y/y2/@k", "the default value was '5' and is '6'"),
    ]
    assert dict(found[0].details)["paths"] == "r/x/@k, r/y/@k, r/z/@k"


def test_the_edit_is_found_where_all_defines_got_a_prefix() -> None:
    def side(prefix: str, values: str) -> str:
        def define(name: str, body: str) -> str:
            return f'<define name="{prefix}{name}">\n{body}\n</define>'

        def ref(name: str) -> str:
            return f'<ref name="{prefix}{name}"/>'

        common = define("common", ref("id") + ref("lang") + ref("base"))
        own = "".join(define(name, optional(f'<attribute name="{name}"/>')) for name in ("id", "lang"))
        base = define("base", f'<optional>\n<attribute name="base">\n{values}\n</attribute></optional>')
        parts = (element(name, ref("common")) for name in ("x", "y", "z"))
        return grammar(element("r", *parts), common + own + base)

    old = side("", "<choice><value>a</value>\n<value>b</value></choice>")
    for prefix in ("", "s_"):
        new = side(prefix, "<value>a</value>")
        (found,) = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
        assert (found.rule, found.subject) == ("rng/value-removed", "r/x/@base")
        assert found.old is not None
        assert found.new is not None
        assert old.split("\n")[found.old.line - 1].startswith("<value>b")
        assert "<value>a" in new.split("\n")[found.new.line - 1] or 'name="base"' in new.split("\n")[found.new.line - 1]


def test_a_witness_is_explained_with_the_prefixes_of_the_schema() -> None:
    head = ' xmlns:d="http://example.org/draw"'
    old = grammar(element("d:r", optional(element("d:a")), optional(element("d:b"))), head=head)
    new = grammar(element("d:r", optional(element("d:b"))), head=head)
    (found,) = findings(old, new)
    assert found.witness is not None
    assert found.witness.summary.endswith("element <d:a> is not allowed here in <d:r> (expected: <d:b>)")


def test_a_witness_names_nothing_elsewhere_where_it_need_not() -> None:
    linking = '<attribute name="linkend"><data type="IDREF"/></attribute>'

    def side(gone: str, datatype: str) -> str:
        linked = optional(f'<attribute name="k"><data type="{datatype}"/></attribute>')
        other = optional(attribute("other"))
        return grammar(element("r", f"<choice>{linking}<group>{linked}{other}</group></choice>", gone))

    old, new = side(optional(element("a")), "integer"), side("", "decimal")
    (found,) = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    assert found.witness is not None
    assert found.witness.text == "<r>\n  <a/>\n</r>\n"


def test_what_stands_in_place_of_a_refused_element_is_not_missing() -> None:
    def side(name: str) -> str:
        return grammar(element("r", f"<oneOrMore>\n<choice>{element('cache')}\n{element(name)}\n</choice></oneOrMore>"))

    assert told(findings(side("monitor"), side("watch")), Severity.BREAKING, Severity.UNDECIDED) == {
        ("element-removed", "r/monitor")
    }


def test_what_one_edit_excludes_is_told_together() -> None:
    old = grammar(element("r", attribute("name", "a", "b"), optional(attribute("ats")), optional(element("host"))))
    new = grammar(
        element(
            "r",
            f"<choice>{attribute('name', 'a')}<group>{attribute('name', 'b')}{optional(attribute('ats'))}{optional(element('host'))}</group></choice>",
        )
    )
    found = findings(old, new)
    assert told(found) == {("structure-tightened", "r")}
    assert "@ats, <host> are no longer allowed in <r> together with @name of 'a'" in found[0].message


def test_what_became_required_beside_something_is_the_cause() -> None:
    old = grammar(element("cpu", optional(attribute("socket"), attribute("core"))))
    new = grammar(element("cpu", optional(attribute("socket"), attribute("core"), attribute("cluster"))))
    found = [f for f in findings(old, new) if f.severity is Severity.BREAKING]
    assert [(f.rule, f.subject) for f in found] == [("rng/attribute-required", "cpu/@cluster")]
    assert "beside @" in found[0].message


def test_schemas_come_and_go() -> None:
    old = {
        "a.rng": grammar(element("a")),
        "b.rng": grammar(element("b", attribute("x", "1"))),
        "c.rng": grammar(element("c")),
    }
    new = {"a.rng": old["a.rng"], "c.rng": old["c.rng"], "d.rng": grammar(element("d"))}
    found = findings(old, new)
    assert told(found) == {("schema-removed", "b.rng"), ("schema-added", "d.rng")}
    (gone,) = [f for f in found if f.rule == "rng/schema-removed"]
    assert gone.witness
    assert gone.witness.text == '<b x="1"/>\n'


def test_a_schema_with_a_problem_is_not_gone() -> None:
    old = {"a.rng": grammar(element("a")), "b.rng": grammar(element("b"))}
    assert findings(old, {**old, "b.rng": grammar("<ref name='nowhere'/>")}) == []


def release(text: str) -> Release:
    return Release("", "", MappingProxyType(files_of(text)))


def test_libxml2_confirms() -> None:
    old, new = grammar(element("r", optional(element("a")))), grammar(element("r"))
    (found,) = verifying.verify(findings(old, new), release(old), release(new))
    assert found.confirmation is Confirmation.CONFIRMED
    assert "libxml2" in found.confirmation_note


@pytest.mark.judge
def test_a_point_on_which_validators_disagree_is_said() -> None:
    if not verifying.shutil.which("jing"):
        pytest.skip("jing is not installed")
    # libxml2 takes NaN for a number of any range
    old = grammar(
        element(
            "r", '<choice><data type="double"><param name="minInclusive">0</param></data><value>NaN</value></choice>'
        )
    )
    new = grammar(element("r", '<data type="double"><param name="minInclusive">0</param></data>'))
    (found,) = verifying.verify([f for f in findings(old, new) if f.witness], release(old), release(new))
    assert found.confirmation in (Confirmation.DISPUTED, Confirmation.CONFIRMED)
    if found.confirmation is Confirmation.DISPUTED:
        assert found.confirmation_note.startswith("validator-dependent: libxml2 finds it valid under NEW")


def test_a_wrong_witness_is_refuted() -> None:
    old, new = grammar(element("r", optional(element("a")))), grammar(element("r"))
    (found,) = verifying.verify(findings(old, new), release(old), release(old))
    assert found.confirmation is Confirmation.REFUTED


def test_judging() -> None:
    asked = [verifying.Question(0, "s", b"", expected=True), verifying.Question(1, "s", b"", expected=False)]
    good, bad, late = ["valid", "invalid"], ["valid", "valid"], ["valid", "time limit"]
    assert verifying.judge(asked, {"libxml2": good, "jing": good}) == (Confirmation.CONFIRMED, "libxml2 and jing")
    assert verifying.judge(asked, {"libxml2": bad, "jing": good})[0] is Confirmation.DISPUTED
    assert verifying.judge(asked, {"libxml2": bad})[0] is Confirmation.REFUTED
    assert verifying.judge(asked, {"libxml2": late, "jing": good})[0] is Confirmation.CONFIRMED
    assert verifying.judge(asked, {"libxml2": late})[0] is Confirmation.UNAVAILABLE


def test_an_answer_about_one_side_counts_beside_no_answer_about_the_other() -> None:
    asked = [verifying.Question(0, "s", b"", expected=True), verifying.Question(1, "s", b"", expected=False)]
    letter, half = ["invalid", "invalid"], ["valid", "error regex"]
    found = verifying.judge(asked, {"libxml2": letter, "jing": half})
    assert found[0] is Confirmation.DISPUTED
    assert found[1].startswith(
        "validator-dependent: libxml2 finds it invalid under OLD; jing agrees under OLD; jing has"
    )
    # nobody speaks for the document under OLD, and nobody against it that is alone with an error
    assert verifying.judge(asked, {"libxml2": letter, "jing": ["error", "invalid"]})[0] is Confirmation.REFUTED
    assert verifying.judge(asked, {"libxml2": ["valid", "valid"], "jing": half})[0] is Confirmation.REFUTED


def test_output_is_the_same_every_time() -> None:
    one = [(f.fingerprint, f.message, f.witness) for f in findings(OUTPUT_OLD, OUTPUT_NEW, direction="both")]
    assert one == [(f.fingerprint, f.message, f.witness) for f in findings(OUTPUT_OLD, OUTPUT_NEW, direction="both")]


def test_what_was_compared_before_does_not_show() -> None:
    def said() -> list[tuple[str, str]]:
        return [
            (f.message, f.witness.text if f.witness else "") for f in findings(OUTPUT_OLD, OUTPUT_NEW, direction="both")
        ]

    before = said()
    findings(grammar(element("caps", element("numa"), attribute("id"), element("host"))), OUTPUT_OLD, direction="both")
    assert said() == before


def test_one_edit_in_a_define_is_one_finding() -> None:
    names = ("a", "b", "c")
    root = element("r", *(element(name, "<ref name='common'/>") for name in names))
    define = "<define name='common'>\n{}\n</define>"
    old = grammar(root, define.format(optional(attribute("x")) + optional(attribute("y"))))
    (found,) = findings(old, grammar(root, define.format(optional(attribute("x")))))
    assert (found.rule, found.subject) == ("rng/attribute-removed", "r/a/@y")
    assert dict(found.details)["paths"] == "r/a/@y, r/b/@y, r/c/@y"
    assert dict(found.details)["repair"].startswith(
        'put <optional><attribute name="y"> back into <define name="common">'
    )


def test_unrelated_edits_at_one_path_are_two_findings() -> None:
    def side(first: tuple[str, str], second: tuple[str, str]) -> str:
        kept = [element("e", attribute("k", key), attribute("v", *values.split())) for key, values in (first, second)]
        return grammar(element("r", f"<choice>{''.join(kept)}</choice>"))

    found = findings(side(("1", "a b"), ("2", "c d")), side(("1", "a"), ("2", "c")))
    assert len(found) == 2
    assert len({one.fingerprint for one in found}) == 2
    assert len({one.old for one in found}) == 2


def test_what_follows_a_refused_child_is_listed_as_masked() -> None:
    def new(first: str, second: str) -> str:
        ways = [
            f"<group>{element('b', optional(attribute(*one)), rest)}{element(after)}</group>"
            for one, rest, after in ((("m",), first, "c"), (("n",), second, "d"))
        ]
        return grammar(element("a", f"<choice>{''.join(ways)}</choice>"))

    z = optional(attribute("z"))
    old = grammar(element("a", element("b", z), f"<choice>{element('c')}{element('d')}</choice>"))
    found = findings(old, new("", ""))
    assert told(found, Severity.BREAKING) == {("attribute-removed", "a/b/@z")}
    assert {rule for rule, _ in told(found, Severity.UNDECIDED)} == {"masked"}
    # repaired in both branches nothing is left; in one of them, what was masked is
    assert told(findings(old, new(z, z)), Severity.BREAKING) == set()
    assert told(findings(old, new(z, "")), Severity.BREAKING)


def test_what_the_repair_of_a_shared_define_brings_back_is_the_same_cause() -> None:
    y, z, ref = optional(attribute("y")), optional(attribute("z")), '<ref name="in"/>'

    def side(body: str, inside: str) -> str:
        return grammar(element("a", body), f"<define name='in'>\n{inside}\n</define>")

    ways = [f"<group>{element('b', optional(attribute(n)), ref)}{element(n)}</group>" for n in "cd"]
    body = f"<choice>{''.join(ways)}</choice>"
    old = side(element("b", ref) + f"<choice>{element('c')}{element('d')}</choice>", y + z)
    assert told(findings(old, side(body, y + z)), Severity.BREAKING, Severity.UNDECIDED) == set()
    found = findings(old, side(body, y))
    assert told(found, Severity.BREAKING, Severity.UNDECIDED) == {("attribute-removed", "a/b/@z")}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(sorted(EDITS)), min_size=2, max_size=3, unique=True))
def test_a_waived_cause_hides_no_other_one(edits: list[str]) -> None:
    """The findings of one edit waived, the other ones still keep the verdict from compatible."""
    old = edited(())
    heavy = (Severity.BREAKING, Severity.UNDECIDED)
    together = {f.fingerprint for f in findings(old, edited(edits)) if f.severity in heavy}
    for edit in edits:
        waived = {f.fingerprint for f in findings(old, edited((edit,))) if f.severity in heavy}
        assert waived
        assert together - waived, (edit, edits)


def values(*texts: str) -> str:
    return f"<choice>{''.join(f'<value>{text}</value>' for text in texts)}</choice>"


def string(*texts: str) -> str:
    kept = "".join(f'<value type="string">{text}</value>' for text in texts)
    return f"<choice>{kept}</choice>"


def pattern(text: str) -> str:
    return f'<data type="string"><param name="pattern">{text}</param></data>'


@pytest.mark.parametrize(
    ("old", "new", "rule", "lost"),
    [
        (values("pc", "mips"), pattern("[a-z]+"), "blanks-refused", "pc "),
        (values("pc", "mips"), string("pc", "mips"), "blanks-refused", "pc "),
        (values("pc", "mips"), string("pc"), "value-removed", "mips"),
        (values("a b"), string("a b"), "blanks-refused", None),
        (string("a b", "a  b"), string("a b"), "value-removed", "a  b"),
        (string("a", " a"), string("a"), "blanks-refused", " a"),
        ('<data type="integer"/>', pattern(r"[+\-]?[0-9]+"), "blanks-refused", "0 "),
        ('<data type="integer"/>', pattern("[0-9]+"), "value-removed", "-0"),
        (pattern("[0-9]{2} {2}x"), pattern("[0-9]{2} x"), "value-removed", "00  x"),
    ],
)
def test_only_blanks_around_kept_values_are_a_warning(old: str, new: str, rule: str, lost: str | None) -> None:
    def side(inside: str) -> str:
        return grammar(element("r", f'<attribute name="k">{inside}</attribute>'))

    found = [f for f in findings(side(old), side(new)) if f.severity is not Severity.EXTENSION]
    assert [f.rule for f in found] == [f"rng/{rule}"]
    assert found[0].severity is (Severity.WARNING if rule == "blanks-refused" else Severity.BREAKING)
    assert found[0].witness
    assert lost is None or f'k="{lost}"' in found[0].witness.text


def test_a_value_that_went_from_one_choice_is_the_cause_where_another_branch_still_takes_it() -> None:
    def side(*values: str) -> str:
        choice = "".join(f"<value>{value}</value>\n" for value in values)
        enumerated = f'<optional><attribute name="class">\n<choice>\n{choice}</choice></attribute></optional>'
        other = attribute("class", "other") + attribute("otherclass")
        return grammar(element("a", f"<choice>\n{enumerated}\n<group>{other}</group>\n</choice>"))

    old, new = side("x", "y", "other"), side("x", "y")
    (found,) = [one for one in findings(old, new) if one.severity is Severity.BREAKING]
    assert (found.rule, found.subject) == ("rng/value-removed", "a/@class")
    assert found.old is not None
    assert "<value>other</value>" in old.splitlines()[found.old.line - 1]
    assert ("repair", f"allow <value>other</value> again in <choice> ({found.new})") in found.details
    assert told(findings(old, side("other", "y", "x")), Severity.BREAKING) == set()


def test_what_rests_on_claims_about_repaired_children_is_no_cause_of_its_own() -> None:
    """A child is one of two kinds for certain, but for what is refused deep inside it: that is the only cause."""

    def any_of(*parts: str) -> str:
        return f"<zeroOrMore><choice>{''.join(parts)}</choice></zeroOrMore>"

    full, part, bad = ('<ref name="full"/>', '<ref name="part"/>', '<ref name="bad"/>')

    def side(body: str, *kinds: str) -> str:
        defines = (
            f"<define name='full'>{element('b', any_of(full, bad, element('x')))}</define>"
            f"<define name='part'>{element('b', any_of(part, bad))}</define>"
            f"<define name='bad'>\n{element('bad', body)}\n</define>"
        )
        return grammar(element("a", any_of(*kinds)), defines)

    found = findings(side(optional(attribute("z")), full), side("", full, part))
    assert told(found, Severity.BREAKING, Severity.UNDECIDED) == {("attribute-removed", "a/b/bad/@z")}


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        (["book-5.0.rng"], ["book-5.1.rng"], {"attribute-removed"}),
        (["book-5.0.rng", "book-5.1.rng"], ["book-5.1.rng"], {"attribute-removed", "schema-removed"}),
        (["book-5.9.rng", "book-5.10.rng"], ["book-6.0.rng"], {"attribute-removed", "schema-removed"}),
        (["v1/book.rng"], ["v2/book.rng"], {"attribute-removed"}),
        (["book1.rng"], ["paper2.rng"], {"schema-removed", "schema-added"}),
        (["book.rng"], ["books.rng"], {"schema-removed", "schema-added"}),
    ],
)
def test_schemas_whose_names_differ_in_a_version_are_a_pair(old: list[str], new: list[str], rules: set[str]) -> None:
    body = grammar(element("a", optional(attribute("b"))))
    found = findings(dict.fromkeys(old, body), dict.fromkeys(new, grammar(element("a"))))
    assert {one.rule.removeprefix("rng/") for one in found} == rules


def test_what_came_is_told_however_much_the_breaks_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has the steps of a comparison for itself: TEI's breaks take most of them, and what came was not told."""
    taken: dict[Mode, int] = {}
    ask = comparing._Question.ask

    def noted(self: comparing._Question, mode: Mode) -> object:
        taken[mode] = effort._taken
        return ask(self, mode)

    monkeypatch.setattr(comparing._Question, "ask", noted)
    old, new = (grammar(element("r", *(optional(attribute(f"{side}{i}")) for i in range(9)))) for side in "ab")
    assert {one.rule for one in findings(old, new)} == {"rng/attribute-removed", "rng/attribute-added"}
    assert taken[Mode.PRINTED] > taken[Mode.TAKEN] > 0
    assert taken[Mode.WIDER] == 0
