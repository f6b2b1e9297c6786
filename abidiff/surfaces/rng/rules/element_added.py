"""An element is allowed that was not."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import ElementAdded
from abidiff.surfaces.rng.rules._common import finding


def check(change: ElementAdded) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/element-added",
    summary="An element is allowed that was not",
    why="""Documents may hold more than before.""",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.XML,
    on=(ElementAdded,),
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
      <interleave>
        <element name="source">
          <text/>
        </element>
        <optional>
          <element name="alias">
            <text/>
          </element>
        </optional>
      </interleave>
    </element>
  </start>
</grammar>
""",
            fires=("disk/alias",),
        ),
        Example(
            "nothing new",
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
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
