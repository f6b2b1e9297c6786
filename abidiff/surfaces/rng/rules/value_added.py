"""An attribute or element takes more values."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import ValueAdded
from abidiff.surfaces.rng.rules._common import finding


def check(change: ValueAdded) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/value-added",
    summary="An attribute or element takes more values",
    why="""Documents may hold more than before.""",
    clause="what-is-new",
    severity=Severity.EXTENSION,
    news=News.XML,
    on=(ValueAdded,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "a value came",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus">
        <choice>
          <value>ide</value>
          <value>scsi</value>
        </choice>
      </attribute>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus">
        <choice>
          <value>ide</value>
          <value>nvme</value>
          <value>scsi</value>
        </choice>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@bus",),
        ),
        Example(
            "a wider type",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <element name="size">
        <data type="unsignedInt"/>
      </element>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <element name="size">
        <data type="unsignedLong"/>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=("disk/size",),
        ),
        Example(
            "an equivalent list",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus">
        <choice>
          <value>ide</value>
          <value>scsi</value>
        </choice>
      </attribute>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus">
        <choice>
          <value>scsi</value>
          <value>ide</value>
        </choice>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
