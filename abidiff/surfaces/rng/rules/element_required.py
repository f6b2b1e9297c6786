"""An element is required that was not."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import ElementRequired
from abidiff.surfaces.rng.rules._common import finding


def check(change: ElementRequired) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/element-required",
    summary="An element is required that was not",
    why="""A document without the element was valid and is refused now.""",
    clause="taken",
    severity=Severity.BREAKING,
    on=(ElementRequired,),
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
        <element name="target">
          <text/>
        </element>
      </optional>
    </element>
  </start>
</grammar>
""",
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
            fires=("disk/target",),
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
      <element name="target">
        <text/>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=("disk/target",),
            also=("rng/element-added",),
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
        <element name="target">
          <text/>
        </element>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=(),
            also=("rng/element-added",),
        ),
    ),
)
