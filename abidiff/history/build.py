"""Building a history: what is not in it yet is read, in the order of versions, and added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from abidiff.errors import AbidiffError
from abidiff.history.pairs import compare_neighbours
from abidiff.history.record import Record, Recorder, source_of
from abidiff.history.store import Store
from abidiff.pipeline.options import Options
from abidiff.pipeline.request import Request

Records = Iterable[Record | AbidiffError]
Spread = Callable[[Sequence[Request]], Records]
"""Reads several releases and yields their records, or what kept one from being read, in the order given."""


class Built(msgspec.Struct):
    """What a build did.  ``failed``: (argument, what is wrong)."""

    added: list[str] = msgspec.field(default_factory=list)
    known: list[str] = msgspec.field(default_factory=list)
    failed: list[tuple[str, AbidiffError]] = msgspec.field(default_factory=list)
    compared: int = 0


def build(
    store: Store, arguments: Sequence[str], options: Options, spread: Spread | None = None, *, compare: bool = True
) -> Built:
    """Add releases to a history; one that can't be read does not keep the others out."""
    done = Built()
    sources = store.sources()
    requests = []
    for argument in arguments:
        request = options.request(argument)
        known = sources.get(source_of(request) or "-")
        if known is not None:
            done.known.append(known)
        else:
            requests.append(request)
    records = (spread or (lambda several: one_by_one(several, options.progress)))(requests)
    for request, found in zip(requests, records, strict=True):
        if isinstance(found, AbidiffError):
            done.failed.append((request.argument, found))
        elif store.add(found):
            options.progress(f"added {found.version}")
            done.added.append(found.version)
        else:
            done.known.append(found.version)
    if compare:
        done.compared = compare_neighbours(store, options)
    return done


def one_by_one(requests: Sequence[Request], progress: Callable[[str], None]) -> Iterator[Record | AbidiffError]:
    """Read releases in this process, each like the one before where both are of one repository."""
    recorder = Recorder(progress)
    for request in requests:
        try:
            yield recorder.record(request)
        except AbidiffError as error:
            yield error
