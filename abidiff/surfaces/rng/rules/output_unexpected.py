"""What is printed can hold what readers could not expect."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import OutputUnexpected
from abidiff.surfaces.rng.rules._common import finding


def check(change: OutputUnexpected) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change, "whoever reads such documents: the old schema said that this can not be")


RULE = Rule(
    id="rng/output-unexpected",
    summary="What is printed can hold what readers could not expect",
    why="""The schema describes what the library hands out. Elements and attributes that a reader does not know are
passed over; but a known element that comes more often, or at another place, or text where there was none,
is something it was told can not be.""",
    clause="handed-out",
    severity=Severity.BREAKING,
    on=(OutputUnexpected,),
    check=check,
    affects=("output",),
    examples=(
        Example(
            "an element that came once comes several times",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="host">
      <element name="uuid">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="host">
      <oneOrMore>
        <element name="uuid">
          <text/>
        </element>
      </oneOrMore>
    </element>
  </start>
</grammar>
""",
            fires=("host/uuid",),
            also=("rng/structure-loosened",),
            options={"direction": "output"},
        ),
        Example(
            "a new attribute",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus"/>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus"/>
      <attribute name="cache"/>
    </element>
  </start>
</grammar>
""",
            fires=(),
            also=("rng/attribute-added", "rng/output-lost"),
            options={"direction": "output"},
        ),
    ),
)
