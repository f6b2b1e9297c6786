"""The symbol maps of a clone of libvirt's own repository, tag by tag: ``ABIDIFF_LIBVIRT_GIT`` names it."""

from __future__ import annotations

import os
import re
import subprocess
from itertools import pairwise

import pytest

from abidiff.finding import Severity
from abidiff.pipeline import Options, compare

REPOSITORY = os.environ.get("ABIDIFF_LIBVIRT_GIT", "")
OPTIONS = Options(surfaces=("symbols",), parallel=False)
# Judged by hand: a function that was added to the node of the release before; and the library for
# administration, which changed its nodes until 2.0.0.
TRUE = {("libvirt_public", "virDomainSetBlockThreshold")}


def releases() -> list[str]:
    """Return the tags of releases that are no maintenance releases, in order."""
    told = subprocess.run(["git", "-C", REPOSITORY, "tag"], capture_output=True, text=True, check=True, timeout=60)
    found = {
        tuple(int(part) for part in match.groups()): match[0]
        for match in re.finditer(r"^v(\d+)\.(\d+)\.(\d+)$", told.stdout, re.M)
    }
    return [found[key] for key in sorted(found)]


@pytest.mark.slow
@pytest.mark.skipif(not REPOSITORY, reason="ABIDIFF_LIBVIRT_GIT names no clone of libvirt")
def test_every_neighbouring_pair_of_maps_is_decided() -> None:
    tags = releases()
    assert len(tags) > 50
    for old, new in pairwise(tags):
        report = compare(f"{REPOSITORY}@refs/tags/{old}", f"{REPOSITORY}@refs/tags/{new}", OPTIONS)
        assert report.problems == (), (old, new)
        assert report.profile == "libvirt"
        for finding in report.findings:
            if finding.severity in (Severity.BREAKING, Severity.UNDECIDED):
                known = (finding.unit, finding.subject) in TRUE or finding.unit == "libvirt_admin_public"
                assert known, (old, new, finding.message)
