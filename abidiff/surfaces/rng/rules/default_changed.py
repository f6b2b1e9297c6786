"""The default value of an attribute changed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import DefaultChanged
from abidiff.surfaces.rng.rules._common import finding


def check(change: DefaultChanged) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change, "whoever reads documents with the default values filled in")


RULE = Rule(
    id="rng/default-changed",
    summary="The default value of an attribute changed",
    why="""Applications that read documents with the defaults filled in see another value where nothing was written.""",
    clause="taken",
    severity=Severity.WARNING,
    on=(DefaultChanged,),
    check=check,
    affects=("input",),
    examples=(
        Example(
            "another default",
            """\
<grammar xmlns:a="http://relaxng.org/ns/compatibility/annotations/1.0" xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <attribute name="cache" a:defaultValue="none"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns:a="http://relaxng.org/ns/compatibility/annotations/1.0" xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <attribute name="cache" a:defaultValue="unsafe"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=("disk/@cache",),
        ),
        Example(
            "no defaults",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <attribute name="cache"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <element name="disk">
      <optional>
        <attribute name="cache"/>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=(),
        ),
    ),
)
