"""A schema is new."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import SchemaAdded
from abidiff.surfaces.rng.rules._common import finding


def check(change: SchemaAdded) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/schema-added",
    summary="A schema is new",
    why="""Documents of a new kind; no old document is concerned.""",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    on=(SchemaAdded,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "new",
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
            fires=("pool.rng",),
        ),
        Example(
            "nothing new",
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
