"""A document that was handed out is no longer valid."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import OutputLost
from abidiff.surfaces.rng.rules._common import finding


def check(change: OutputLost) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/output-lost",
    summary="A document that was handed out is no longer valid",
    why="""The schema describes what the library prints, so nobody is refused anything; but applications keep such
documents, and validate them.""",
    clause="handed-out",
    severity=Severity.NOTICE,
    on=(OutputLost,),
    check=check,
    affects=("output",),
    examples=(
        Example(
            "an attribute gone",
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
      <empty/>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@cache",),
            options={"direction": "output"},
        ),
        Example(
            "nothing gone",
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
      <optional>
        <attribute name="io"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=(),
            also=("rng/attribute-added",),
            options={"direction": "output"},
        ),
    ),
)
