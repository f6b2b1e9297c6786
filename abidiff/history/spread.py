"""Reading many releases in several processes, or on a Dask cluster: the same records in the same order."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from abidiff import limits
from abidiff.cache import code_key
from abidiff.errors import EXIT_USAGE, AbidiffError, SourceError, UsageError
from abidiff.history.build import one_by_one
from abidiff.history.record import Record
from abidiff.pipeline.options import quiet
from abidiff.pipeline.request import Request

RUN = 12
"""States of one repository that are read one after the other at least: each costs what it changed."""
AHEAD = 2
"""Tasks a process that are given out before the first is back."""
LONGEST_WAIT = 30.0


class Work(msgspec.Struct, frozen=True, array_like=True):
    """What one task reads, and the limits of the run where they are not the defaults."""

    requests: tuple[Request, ...]
    limits: dict[str, int]


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """A record, or the message, hint and exit code of what kept it from being made."""

    record: Record | None
    message: str = ""
    hint: str = ""
    exit_code: int = 0


class Done(msgspec.Struct, frozen=True, array_like=True):
    """The answers of one task, and the code that made them."""

    code: str
    answers: tuple[Answer, ...]


def task(requests: bytes) -> bytes:
    """Read releases in a process of whatever kind: bytes in, bytes out."""
    answers = []
    work = msgspec.msgpack.decode(requests, type=Work)
    limits.use(work.limits)
    for found in one_by_one(work.requests, quiet):
        if isinstance(found, AbidiffError):
            answers.append(Answer(None, found.render(), "", found.exit_code))
        else:
            answers.append(Answer(found))
    return msgspec.msgpack.encode(Done(code_key(), tuple(answers)))


def tasks(requests: Sequence[Request], workers: int) -> list[bytes]:
    """Return the work in pieces: each archive is one, states of a repository go together, in order."""
    pieces: list[bytes] = []
    for repository, several in groupby(requests, key=lambda request: _repository(request.argument)):
        group = list(several)
        size = max(RUN, -(-len(group) // max(1, workers))) if repository else 1
        cut = (tuple(group[n : n + size]) for n in range(0, len(group), size))
        pieces += [msgspec.msgpack.encode(Work(piece, limits.given())) for piece in cut]
    return pieces


def _repository(argument: str) -> str:
    return "" if os.path.exists(argument) else argument.rpartition("@")[0]  # noqa: PTH110 - any text may come


def answers(results: Iterable[bytes]) -> Iterator[Record | AbidiffError]:
    """Return what came back as records and errors."""
    for data in results:
        done = msgspec.msgpack.decode(data, type=Done)
        if done.code != code_key():
            raise SourceError("the workers have another abidiff", hint="install the same version everywhere")
        for answer in done.answers:
            if answer.record is not None:
                yield answer.record
            else:
                kind = UsageError if answer.exit_code == EXIT_USAGE else SourceError
                yield kind(answer.message, hint=answer.hint)


def processes(jobs: int) -> Callable[[Sequence[Request]], Iterator[Record | AbidiffError]]:
    """Return how releases are read in so many processes of this machine."""

    def spread(requests: Sequence[Request]) -> Iterator[Record | AbidiffError]:
        pieces = tasks(requests, jobs)
        if jobs < 2 or len(pieces) < 2:
            yield from one_by_one(requests, quiet)
            return
        from concurrent.futures import ProcessPoolExecutor
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import get_context

        gc.freeze()
        with ProcessPoolExecutor(min(jobs, len(pieces)), mp_context=get_context("spawn")) as pool:
            try:
                yield from answers(_in_order(pool.submit, pieces, jobs * AHEAD))
            except BrokenProcessPool:
                hint = "was there too little memory? try --jobs 1"
                raise SourceError("a process that read releases was killed", hint=hint) from None

    return spread


def _in_order(submit: Callable[..., Any], pieces: Sequence[bytes], ahead: int) -> Iterator[bytes]:
    """Give out pieces of work, a few ahead, and yield the results in order."""
    waiting: list[Any] = []
    for piece in pieces:
        waiting.append(submit(task, piece))
        if len(waiting) > ahead:
            yield waiting.pop(0).result()
    while waiting:
        yield waiting.pop(0).result()


def cluster(address: str) -> Callable[[Sequence[Request]], Iterator[Record | AbidiffError]]:
    """Return how releases are read on the Dask cluster of a scheduler; its workers see the same paths."""

    def spread(requests: Sequence[Request]) -> Iterator[Record | AbidiffError]:
        try:
            import distributed
        except ImportError:
            raise UsageError("no Dask is installed here", hint="pip install 'abidiff[cluster]'") from None
        try:
            make: Any = distributed.Client
            client = make(address, timeout=LONGEST_WAIT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SourceError(f"the scheduler {address} does not answer: {error}") from None
        with client:
            workers = max(1, len(client.scheduler_info()["workers"]))
            submit = client.submit
            yield from answers(
                _in_order(lambda *work: submit(*work, pure=False), tasks(requests, workers), workers * AHEAD)
            )

    return spread
