"""What was always printed can be missing."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.rng.change import OutputMissing
from abidiff.surfaces.rng.rules._common import finding


def check(change: OutputMissing) -> Iterable[Finding]:
    """One finding for each."""
    yield finding(RULE, change, "whoever reads such documents and relied on it")


RULE = Rule(
    id="rng/output-missing",
    summary="What was always printed can be missing",
    why="""The schema describes what the library hands out. A reader could rely on this part; now there are documents
without it.""",
    clause="handed-out",
    severity=Severity.BREAKING,
    on=(OutputMissing,),
    check=check,
    affects=("output",),
    examples=(
        Example(
            "optional",
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
      <optional>
        <element name="source">
          <text/>
        </element>
      </optional>
    </element>
  </start>
</grammar>
""",
            fires=("disk/source",),
            also=("rng/structure-loosened",),
            options={"direction": "output"},
        ),
        Example(
            "still there",
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
            fires=(),
            also=("rng/element-added",),
            options={"direction": "output"},
        ),
    ),
)
