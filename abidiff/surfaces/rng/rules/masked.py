"""A cause that another one hides."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import Masked
from abidiff.surfaces.rng.rules._common import finding


def check(change: Masked) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/masked",
    summary="A cause that another one hides",
    why="""No document shows it alone, since each one is refused for the other reason already. Whoever repairs that one,
or accepts it with a waiver, has not accepted this one: it stays undecided until the other one is repaired.""",
    clause="what-was-not-looked-at",
    severity=Severity.UNDECIDED,
    internal=True,
    on=(Masked,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "behind a required attribute",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="source">
        <optional>
          <attribute name="file"/>
        </optional>
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
        <attribute name="bus"/>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=("disk/source/@file",),
            also=("rng/attribute-added", "rng/attribute-required"),
        ),
        Example(
            "independent",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <attribute name="bus"/>
      </optional>
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
      <attribute name="bus"/>
      <element name="source">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=(),
            also=("rng/attribute-required",),
        ),
    ),
)
