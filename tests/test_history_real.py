"""A clone of libvirt's own repository, tag by tag: ``ABIDIFF_LIBVIRT_GIT`` names it."""

from __future__ import annotations

import os
import re
import subprocess
from itertools import pairwise

import pytest

from abidiff.finding import Severity
from abidiff.pipeline import Options, compare
from bench.neighbours import measured, steps

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


@pytest.mark.slow
@pytest.mark.judge
@pytest.mark.skipif(not REPOSITORY, reason="ABIDIFF_LIBVIRT_GIT names no clone of libvirt")
def test_every_break_between_neighbours_is_confirmed_and_what_is_not_read_others_refuse() -> None:
    rows = [measured(REPOSITORY, *step) for step in steps(REPOSITORY)]
    assert len(rows) > 50
    assert not [(row.old, row.new, row.why) for row in rows if row.code < 0]
    said = [(row.old, row.new, each) for row in rows for each in row.said if each.severity == "breaking"]
    assert not [found for found in said if found[2].confirmation != "confirmed"]
    assert not [each for row in rows for each in row.refused if not each.refusing]
