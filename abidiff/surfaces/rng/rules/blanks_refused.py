"""Values with white space around them are refused."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import BlanksRefused
from abidiff.surfaces.rng.rules._common import finding


def check(change: BlanksRefused) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/blanks-refused",
    summary="Values with white space around them are refused",
    why="""Every value that people ordinarily write is kept: what went is a kept value with blanks or line breaks around
it. Such a document was valid by the letter and is refused now.""",
    clause="taken",
    severity=Severity.WARNING,
    on=(BlanksRefused,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "a pattern of a type that keeps white space",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="os">
      <attribute name="machine">
        <choice>
          <value>mips</value>
          <value>pc</value>
        </choice>
      </attribute>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="os">
      <attribute name="machine">
        <data type="string">
          <param name="pattern">[a-z]+</param>
        </data>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=("os/@machine",),
            also=("rng/value-added",),
        ),
        Example(
            "a value went",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="os">
      <attribute name="machine">
        <choice>
          <value>mips</value>
          <value>pc</value>
        </choice>
      </attribute>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="os">
      <attribute name="machine">
        <value type="string">pc</value>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=(),
            also=("rng/value-removed",),
        ),
    ),
)
