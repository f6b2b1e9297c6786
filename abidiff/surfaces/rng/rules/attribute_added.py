"""An attribute is allowed that was not."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import AttributeAdded
from abidiff.surfaces.rng.rules._common import finding


def check(change: AttributeAdded) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/attribute-added",
    summary="An attribute is allowed that was not",
    why="""Documents may hold more than before.""",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.XML,
    on=(AttributeAdded,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "new",
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
      <optional>
        <attribute name="cache"/>
      </optional>
      <element name="source">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@cache",),
        ),
        Example(
            "nothing new",
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
      <optional>
        <attribute name="cache"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
