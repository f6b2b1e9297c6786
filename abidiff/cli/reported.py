"""Finds a finding again in a JSON report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from abidiff.errors import UsageError
from abidiff.given import content

_MAX_SIZE = 256 << 20


def fields_of(report: str, fingerprint: str) -> dict[str, str]:
    """Return rule, subject and unit of the finding of that fingerprint."""
    data = _read(Path(report))
    findings = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(findings, list):
        raise UsageError(f"{report} is no JSON report of abi-diff")
    for finding in findings:
        if isinstance(finding, dict) and finding.get("fingerprint") == fingerprint:
            return {key: str(finding.get(key, "")) for key in ("rule", "subject", "unit")}
    raise UsageError(f"{report} holds no finding {fingerprint}")


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
