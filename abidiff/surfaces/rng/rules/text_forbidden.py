"""Text is refused where it was allowed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import TextForbidden
from abidiff.surfaces.rng.rules._common import finding


def check(change: TextForbidden) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/text-forbidden",
    summary="Text is refused where it was allowed",
    why="""A document with text at this place was valid and is refused now.""",
    clause="taken",
    severity=Severity.BREAKING,
    on=(TextForbidden,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "text gone",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <element name="description">
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
      <element name="description">
        <empty/>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=("disk/description",),
        ),
        Example(
            "mixed written out",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <mixed><optional><element name="b"><empty/></element></optional></mixed>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <interleave>
        <text/>
        <optional>
          <element name="b">
            <empty/>
          </element>
        </optional>
      </interleave>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
