"""What had to be there, or in this order, does not have to any more."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import StructureLoosened
from abidiff.surfaces.rng.rules._common import finding


def check(change: StructureLoosened) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/structure-loosened",
    summary="What had to be there, or in this order, does not have to any more",
    why="""Documents may be put together in more ways than before.""",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.LOOSENED,
    on=(StructureLoosened,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "optional",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="target">
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
        <element name="target">
          <text/>
        </element>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=("disk/target",),
        ),
        Example(
            "any order",
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
            fires=("disk",),
        ),
        Example(
            "wrapped",
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
      <group>
        <element name="source">
          <text/>
        </element>
      </group>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
