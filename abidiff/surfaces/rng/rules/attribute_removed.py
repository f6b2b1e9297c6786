"""An attribute is no longer allowed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import AttributeRemoved
from abidiff.surfaces.rng.rules._common import finding


def check(change: AttributeRemoved) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/attribute-removed",
    summary="An attribute is no longer allowed",
    why="""A document that has the attribute was valid and is refused now.""",
    clause="taken",
    severity=Severity.BREAKING,
    removes=True,
    on=(AttributeRemoved,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "removed",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="type"/>
      <optional>
        <attribute name="cache"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="type"/>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@cache",),
        ),
        Example(
            "moved into a define",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <attribute name="cache"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <ref name="c"/>
    </element>
  </start>
  <define name="c">
    <optional><attribute name="cache"/></optional>
  </define>
</grammar>
""",
            fires=(),
        ),
    ),
)
