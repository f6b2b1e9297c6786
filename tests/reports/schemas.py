"""The parts of public formats that reports use, written down from their specifications.

SARIF 2.1.0 (OASIS), section 3; GitLab Code Quality (docs.gitlab.com, "Code Quality report
format") with the Code Climate members that it ignores; JUnit XML as the xUnit plug-in of
Jenkins reads it.  Unknown members are refused, as the public schemas do.
"""

from __future__ import annotations

from typing import Any


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}


TEXT: dict[str, Any] = {"type": "string"}
BAG: dict[str, Any] = {"type": "object"}
MESSAGE = closed(["text"], text={"type": "string", "minLength": 1})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
PHYSICAL = closed(
    ["artifactLocation"],
    artifactLocation=closed(["uri"], uri={"type": "string", "pattern": "^[!-~]*$"}, uriBaseId=TEXT),
    region=closed(
        ["startLine"], startLine={"type": "integer", "minimum": 1}, startColumn={"type": "integer", "minimum": 1}
    ),
)
LOCATION = closed([], id={"type": "integer", "minimum": -1}, physicalLocation=PHYSICAL, message=MESSAGE)
RESULT: dict[str, Any] = closed(
    ["message"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION},
    relatedLocations={"type": "array", "items": LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions={
        "type": "array",
        "items": closed(
            ["kind"],
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification=TEXT,
        ),
    },
    properties=BAG,
)
# 3.27.10: with a kind other than "fail", the level is "none".
RESULT["if"] = {"required": ["kind"], "properties": {"kind": {"not": {"const": "fail"}}}}
RESULT["then"] = {"properties": {"level": {"const": "none"}}}
RULE = closed(
    ["id"],
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=closed([], level=LEVEL),
    properties=BAG,
)
SARIF = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={
        "type": "array",
        "items": closed(
            ["tool"],
            tool=closed(
                ["driver"],
                driver=closed(
                    ["name"],
                    name=TEXT,
                    version=TEXT,
                    semanticVersion=TEXT,
                    rules={"type": "array", "items": RULE, "uniqueItems": True},
                ),
            ),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            originalUriBaseIds={"type": "object", "additionalProperties": closed([], description=MESSAGE)},
            invocations={
                "type": "array",
                "items": closed(
                    ["executionSuccessful"],
                    executionSuccessful={"type": "boolean"},
                    exitCode={"type": "integer"},
                    toolExecutionNotifications={
                        "type": "array",
                        "items": closed(
                            ["message"], level=LEVEL, message=MESSAGE, locations={"type": "array", "items": LOCATION}
                        ),
                    },
                ),
            },
            results={"type": "array", "items": RESULT},
            properties=BAG,
        ),
    },
)

LINES = closed(["begin"], begin={"type": "integer", "minimum": 1})
PLACE = closed(["path", "lines"], path={"type": "string", "pattern": "^[^/]"}, lines=LINES)
CODE_QUALITY = {
    "type": "array",
    "items": closed(
        ["description", "check_name", "fingerprint", "severity", "location"],
        type={"const": "issue"},
        description={"type": "string", "minLength": 1},
        check_name=TEXT,
        content=closed(["body"], body=TEXT),
        categories={"type": "array", "items": {"enum": ["Bug Risk", "Clarity", "Compatibility", "Style"]}},
        fingerprint={"type": "string", "minLength": 1},
        severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
        location=PLACE,
        other_locations={"type": "array", "items": PLACE},
    ),
}

JUNIT = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="testsuites">
      <optional><attribute name="name"/></optional>
      <ref name="numbers"/>
      <zeroOrMore><ref name="suite"/></zeroOrMore>
    </element>
  </start>
  <define name="numbers">
    <attribute name="tests"><data type="nonNegativeInteger"/></attribute>
    <attribute name="failures"><data type="nonNegativeInteger"/></attribute>
    <attribute name="errors"><data type="nonNegativeInteger"/></attribute>
  </define>
  <define name="suite">
    <element name="testsuite">
      <attribute name="name"/>
      <ref name="numbers"/>
      <optional><attribute name="skipped"><data type="nonNegativeInteger"/></attribute></optional>
      <optional><attribute name="time"><data type="decimal"/></attribute></optional>
      <zeroOrMore><ref name="case"/></zeroOrMore>
    </element>
  </define>
  <define name="case">
    <element name="testcase">
      <attribute name="name"/>
      <optional><attribute name="classname"/></optional>
      <optional><attribute name="time"><data type="decimal"/></attribute></optional>
      <zeroOrMore>
        <choice>
          <element name="skipped"><text/></element>
          <element><choice><name>failure</name><name>error</name></choice>
            <optional><attribute name="type"/></optional>
            <optional><attribute name="message"/></optional>
            <text/>
          </element>
          <element><choice><name>system-out</name><name>system-err</name></choice><text/></element>
        </choice>
      </zeroOrMore>
    </element>
  </define>
</grammar>
"""
