"""Values are refused that were allowed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import ValueRemoved
from abidiff.surfaces.rng.rules._common import finding


def check(change: ValueRemoved) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/value-removed",
    summary="Values are refused that were allowed",
    why="""A document with such a value was valid and is refused now. It makes no difference whether a value left a
list, a pattern or a range was tightened, or a type was narrowed: what counts is the set of texts.""",
    clause="taken",
    severity=Severity.BREAKING,
    removes=True,
    on=(ValueRemoved,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "a value left",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <attribute name="bus">
        <choice>
          <value>ide</value>
          <value>scsi</value>
          <value>virtio</value>
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
          <value>virtio</value>
        </choice>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@bus",),
        ),
        Example(
            "a narrower type",
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
            fires=("disk/size",),
        ),
        Example(
            "a tighter pattern",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <attribute name="serial">
        <data type="string">
          <param name="pattern">.+</param>
        </data>
      </attribute>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <attribute name="serial">
        <data type="string">
          <param name="pattern">[a-z0-9]+</param>
        </data>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@serial",),
        ),
        Example(
            "an equivalent pattern",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <attribute name="serial">
        <data type="string">
          <param name="pattern">[0-9]|[1-9][0-9]</param>
        </data>
      </attribute>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <attribute name="serial">
        <data type="string">
          <param name="pattern">[1-9]?[0-9]</param>
        </data>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
        Example(
            "the same range by other means",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <element name="size">
        <data type="unsignedByte"/>
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
        <data type="integer">
          <param name="minInclusive">0</param>
          <param name="maxInclusive">255</param>
        </data>
      </element>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
