"""Since tags in the comments before functions."""

from __future__ import annotations

import time

from abidiff.surfaces.consistency.comments import documented

TEXT = """\
/* shipNothing: no documentation. Since: 9 */
/**
 * shipOpen:
 * @name: of the ship
 *
 * Like shipSink (Since: 0.1.0), but the other way round.
 *
 * Since: 1.2.0
 */
int shipOpen(const char *name);

/**
 * A heading of a section
 */

/**
 * shipSail
 */
"""


def test_tags() -> None:
    assert [(d.name, d.since, str(d.place)) for d in documented("a.c", TEXT)] == [
        ("shipOpen", "1.2.0", "a.c:8"),
        ("shipSail", "", "a.c:17"),
    ]


def test_line_ends_of_windows() -> None:
    (found,) = documented("a.c", "/**\r\n * shipOpen:\r\n * Since: 1.0\r\n */\r\n")
    assert (found.name, found.since, found.place.line) == ("shipOpen", "1.0", 3)


def test_comments_without_end_are_no_trap() -> None:
    start = time.perf_counter()
    assert list(documented("a.c", "/**\n * ship:\n" * 200_000)) == []
    assert len(list(documented("a.c", "/**\n * ship:\n */\n" * 100_000))) == 100_000
    assert time.perf_counter() - start < 5
