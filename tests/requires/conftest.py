from __future__ import annotations

from collections.abc import Iterator

import pytest

from abidiff.history.lives import opened
from abidiff.requires.catalogue import Catalogue


@pytest.fixture(scope="session")
def libvirt() -> Iterator[Catalogue]:
    """The history of libvirt that ships, as applications are held against it."""
    with opened("libvirt") as found:
        yield Catalogue(found)
