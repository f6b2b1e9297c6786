"""A schema is gone."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import SchemaRemoved
from abidiff.surfaces.rng.rules._common import finding


def check(change: SchemaRemoved) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change, "whoever validates documents against the schema")


RULE = Rule(
    id="rng/schema-removed",
    summary="A schema is gone",
    why="""Whoever validates against it can not any more, and nothing says what became of its documents.""",
    clause="taken",
    severity=Severity.BREAKING,
    removes=True,
    on=(SchemaRemoved,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "gone",
            {
                "disk.rng": """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="source">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
                "net.rng": """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="ip">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
                "pool.rng": """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="name">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
            },
            {
                "disk.rng": """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="source">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
                "net.rng": """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="ip">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
            },
            fires=("pool.rng",),
        ),
        Example(
            "all there",
            {
                "disk.rng": """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="source">
        <text/>
      </element>
    </element>
  </start>
</grammar>
"""
            },
            {
                "disk.rng": """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="source">
        <text/>
      </element>
    </element>
  </start>
</grammar>
"""
            },
            fires=(),
        ),
    ),
)
