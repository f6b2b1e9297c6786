"""Whether the promise holds could not be decided."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import Undecided
from abidiff.surfaces.rng.rules._common import finding


def check(change: Undecided) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change)


RULE = Rule(
    id="rng/undecided",
    summary="Whether the promise holds could not be decided",
    why="""Datatypes that are no regular language (dates, URIs, IDs) are compared exactly with themselves only, and the
search has a budget. What stays open is never taken for compatible.""",
    clause="what-was-not-looked-at",
    severity=Severity.UNDECIDED,
    on=(Undecided,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "two datatypes that can not be compared",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <attribute name="id">
        <data type="NCName"/>
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
      <attribute name="id">
        <data type="ID"/>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@id",),
        ),
        Example(
            "the same datatype",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="disk">
      <attribute name="id">
        <data type="dateTime"/>
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
      <attribute name="id">
        <data type="dateTime"/>
      </attribute>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
