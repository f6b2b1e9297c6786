"""What went together, in this order or number, does not any more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import StructureTightened
from abidiff.surfaces.rng.rules._common import finding


def check(change: StructureTightened) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/structure-tightened",
    summary="What went together, in this order or number, does not any more",
    why="""The parts are all still allowed, but not as they were combined: a fixed order replaced any order, a
repetition was taken away, or two things now exclude each other.""",
    clause="taken",
    severity=Severity.BREAKING,
    on=(StructureTightened,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "an order",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <interleave>
        <element name="source">
          <text/>
        </element>
        <element name="target">
          <text/>
        </element>
      </interleave>
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
      <element name="target">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=("disk/target",),
        ),
        Example(
            "a repetition gone",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <zeroOrMore>
        <element name="host">
          <text/>
        </element>
      </zeroOrMore>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <element name="host">
          <text/>
        </element>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=("disk/host",),
        ),
        Example(
            "wrapped",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <interleave>
        <element name="source">
          <text/>
        </element>
        <element name="target">
          <text/>
        </element>
      </interleave>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <group>
        <interleave>
          <element name="target">
            <text/>
          </element>
          <element name="source">
            <text/>
          </element>
        </interleave>
      </group>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
