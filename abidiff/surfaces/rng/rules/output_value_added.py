"""What is printed can hold a new value."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, News, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import OutputValueAdded
from abidiff.surfaces.rng.rules._common import finding


def check(change: OutputValueAdded) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change, "readers that know no other values than the old ones")


RULE = Rule(
    id="rng/output-value-added",
    summary="What is printed can hold a new value",
    why="""The schema describes what the library hands out. A format that is extended only may hold new values, as an
enumeration may get new enumerators, so nothing is broken; but a reader that knows a closed list of values
meets one that is not in it.""",
    clause="handed-out",
    severity=Severity.NOTICE,
    news=News.XML,
    on=(OutputValueAdded,),
    check=check,
    affects=("output",),
    examples=(
        Example(
            "a new value",
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
            also=("rng/value-added",),
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
