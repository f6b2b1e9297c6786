"""An element is no longer allowed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import ElementRemoved
from abidiff.surfaces.rng.rules._common import finding


def check(change: ElementRemoved) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/element-removed",
    summary="An element is no longer allowed",
    why="""A document that has the element was valid and is refused now. Applications keep such documents for years and
hand them in again; the library's own saved configuration and state are such documents too.""",
    clause="taken",
    severity=Severity.BREAKING,
    removes=True,
    on=(ElementRemoved,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "removed",
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
            fires=("disk/alias",),
        ),
        Example(
            "renamed in the schema only",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <ref name="a"/>
    </element>
  </start>
  <define name="a">
    <element name="source"><text/></element>
  </define>
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
        Example(
            "reordered choice",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <choice>
        <element name="file">
          <text/>
        </element>
        <element name="dir">
          <text/>
        </element>
      </choice>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <choice>
        <element name="dir">
          <text/>
        </element>
        <element name="file">
          <text/>
        </element>
      </choice>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
