"""An attribute is required that was not."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import AttributeRequired
from abidiff.surfaces.rng.rules._common import finding


def check(change: AttributeRequired) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/attribute-required",
    summary="An attribute is required that was not",
    why="""A document without the attribute was valid and is refused now.""",
    clause="taken",
    severity=Severity.BREAKING,
    on=(AttributeRequired,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "now required",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <attribute name="bus"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus"/>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@bus",),
        ),
        Example(
            "new and required",
            """\
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
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="source">
        <text/>
      </element>
      <attribute name="bus"/>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@bus",),
            also=("rng/attribute-added",),
        ),
        Example(
            "new and optional",
            """\
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
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="source">
        <text/>
      </element>
      <optional>
        <attribute name="bus"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=(),
            also=("rng/attribute-added",),
        ),
    ),
)
