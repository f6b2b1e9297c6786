"""Finds a finding again in a JSON report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from abidiff.errors import UsageError
from abidiff.finding import Finding, Severity
from abidiff.given import content
from abidiff.waivers import matches

if TYPE_CHECKING:
    from abidiff.config import Waiver

_MAX_SIZE = 256 << 20


class Reported(msgspec.Struct, frozen=True):
    """What a JSON report says: its findings, and the version of its new side (empty when it has none)."""

    file: str
    findings: tuple[dict[str, Any], ...]
    version: str

    def fields_of(self, fingerprint: str) -> dict[str, str]:
        """Return rule, subject and unit of the finding of that fingerprint."""
        for finding in self.findings:
            if finding.get("fingerprint") == fingerprint:
                return {key: str(finding.get(key, "")) for key in ("rule", "subject", "unit")}
        raise UsageError(f"{self.file} holds no finding {fingerprint}")

    def held_by(self, waiver: Waiver) -> bool:
        """Tell whether a waiver without a fingerprint speaks about any of the findings."""
        return any(matches(waiver, finding) for entry in self.findings if (finding := _finding(entry)) is not None)


def _finding(entry: dict[str, Any]) -> Finding | None:
    if entry.get("severity") not in tuple(Severity):
        return None
    rule, subject, unit = (str(entry.get(key, "")) for key in ("rule", "subject", "unit"))
    return Finding(rule=rule, severity=Severity(entry["severity"]), unit=unit, subject=subject, message="")


def reported(file: str) -> Reported:
    """Read a JSON report."""
    data = _read(Path(file))
    findings = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(findings, list):
        raise UsageError(f"{file} is no JSON report of abi-diff")
    new = data.get("new")
    version = new.get("version") if isinstance(new, dict) else ""
    found = tuple(finding for finding in findings if isinstance(finding, dict))
    return Reported(file, found, version if isinstance(version, str) else "")


def _read(path: Path) -> Any:
    try:
        data = content(path, _MAX_SIZE + 1)
        if len(data) > _MAX_SIZE:
            raise UsageError(f"{path} is too large for a report")
        return json.loads(data)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is not JSON") from None
