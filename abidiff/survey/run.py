"""Run a survey: tasks spread over processes of this machine or of a Dask cluster, what is done kept in a journal."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import msgspec

from abidiff.cache import code_key, join
from abidiff.errors import SourceError, UsageError
from abidiff.pipeline.request import others_key, profile_key
from abidiff.survey.one import Row, Task
from abidiff.survey.pairs import Pair
from abidiff.survey.served import asked, end
from abidiff.survey.shared import shared

_AHEAD = 2
_LONGEST_WAIT = 30.0
JOURNAL = "done.jsonl"
RESULTS = "results.jsonl"


class Done(msgspec.Struct, frozen=True):
    """A line of the journal: the key of what was compared, what came of it, and what it cost (seconds, KiB)."""

    key: str
    row: Row
    seconds: float
    kilobytes: int


def survey(
    pairs: Sequence[Pair], folder: Path, how: Task, spread: Callable[[Sequence[Task]], Iterator[bytes]],
    say: Callable[[str], None],
) -> tuple[Done, ...]:  # fmt: skip
    """Compare what is not in the journal yet; write the results in the order of the pairs, and return them."""
    reports = folder / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    keys = {pair.name: _key(pair, how) for pair in pairs}
    done = {found.row.name: found for found in journal(folder) if keys.get(found.row.name) == found.key}
    done = {name: found for name, found in done.items() if not found.row.report or (folder / found.row.report).exists()}
    left_over = [pair for pair in pairs if pair.name not in done]
    began = time.monotonic()
    with shared(how.others if left_over else (), folder) as others, (folder / JOURNAL).open("ab") as kept:
        tasks = [
            msgspec.structs.replace(
                how, pair=pair, reports=str(reports.resolve()), file=_file(pair.name), others=others
            )
            for pair in left_over
        ]
        kept.write(b"\n")  # after a line that was cut off
        for count, data in enumerate(spread(tasks), 1):
            row, seconds, kilobytes = msgspec.msgpack.decode(data, type=tuple[Row, float, int])
            found = Done(keys[row.name], row, seconds, kilobytes)
            done[row.name] = found
            kept.write(msgspec.json.encode(found) + b"\n")
            kept.flush()
            left = (time.monotonic() - began) / count * (len(tasks) - count)
            state = f"{row.name} {row.verdict or 'failed'}"
            say(f"{len(done)} of {len(pairs)} pairs, about {left / 60:.0f} min left: {state}")
    found_all = tuple(done[pair.name] for pair in pairs)
    lines = b"".join(msgspec.json.encode(found.row) + b"\n" for found in found_all)
    partial = folder / f"{RESULTS}.part"
    partial.write_bytes(lines)
    partial.replace(folder / RESULTS)
    return found_all


def journal(folder: Path) -> Iterator[Done]:
    """Yield what earlier runs did; a line that was cut off is none."""
    path = folder / JOURNAL
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        with contextlib.suppress(msgspec.MsgspecError):
            yield msgspec.json.decode(line, type=Done)


def _key(pair: Pair, how: Task) -> str:
    """Return the key of a pair: its files by size and time, how it is compared, and the code that compares it."""
    from abidiff.sources.together import parts_of

    states = []
    for argument in (pair.old, pair.new):
        for part in parts_of(argument) or (argument,):
            try:
                found = os.stat(part)  # noqa: PTH116 - any text may come
                states.append(f"{part} {found.st_size} {found.st_mtime_ns}")
            except (OSError, ValueError):
                states.append(part)
    return join("survey", code_key(), *states, profile_key(how.profile), others_key(how.others))


def _file(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._+-]", "_", name)[:80].lstrip(".") or "pair"
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def work(data: bytes) -> bytes:
    """Compare one pair in a process of its own, whatever becomes of it: bytes in, bytes out."""
    task = msgspec.msgpack.decode(data, type=Task)
    began = time.monotonic()
    answer = asked(data, 4 * task.seconds)
    row = _row(task.pair, task, answer.code, answer.out, answer.err)
    return msgspec.msgpack.encode((row, round(time.monotonic() - began, 2), answer.kilobytes))


def _row(pair: Pair, task: Task, code: int, out: bytes, err: bytes) -> Row:
    with contextlib.suppress(msgspec.MsgspecError):
        return msgspec.json.decode(out, type=Row)
    last = (err.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    why = f"ended with exit code {code}: {last[:200]}"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        why = f"took more than {task.seconds} s"
    elif "MemoryError" in last:
        why = f"needs more than {task.memory >> 20} MiB"
    return Row(pair.name, pair.old, pair.new, failed=why)


def processes(jobs: int) -> Callable[[Sequence[Task]], Iterator[bytes]]:
    """Return how tasks are done in so many processes of this machine."""

    def spread(tasks: Sequence[Task]) -> Iterator[bytes]:
        try:
            with ThreadPoolExecutor(jobs) as pool:
                yield from _as_done(lambda data: pool.submit(work, data), tasks, jobs * _AHEAD)
        finally:
            end()

    return spread


def _as_done(submit: Callable[[bytes], Future[bytes]], tasks: Sequence[Task], ahead: int) -> Iterator[bytes]:
    waiting: set[Future[bytes]] = set()
    left = iter(tasks)
    while True:
        for task in left:
            waiting.add(submit(msgspec.msgpack.encode(task)))
            if len(waiting) >= ahead:
                break
        if not waiting:
            return
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        yield from (found.result() for found in ready)


def cluster(address: str) -> Callable[[Sequence[Task]], Iterator[bytes]]:
    """Return how tasks are done on the Dask cluster of a scheduler; its workers see the same paths."""

    def spread(tasks: Sequence[Task]) -> Iterator[bytes]:
        try:
            import distributed
        except ImportError:
            raise UsageError("no Dask is installed here", hint="pip install 'abidiff[cluster]'") from None
        try:
            make: Any = distributed.Client
            client = make(address, timeout=_LONGEST_WAIT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SourceError(f"the scheduler {address} does not answer: {error}") from None
        with client:
            ahead = _AHEAD * max(1, len(client.scheduler_info()["workers"]))
            waiting: list[Any] = []
            for task in tasks:
                waiting.append(client.submit(work, msgspec.msgpack.encode(task), pure=False))
                if len(waiting) > ahead:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()

    return spread
