"""The processes that compare the pairs of a survey: one for each thread, which forks for each pair."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading

import msgspec

from abidiff.survey.one import Answer, receive, send

_there: dict[int, subprocess.Popen[bytes]] = {}
_lock = threading.Lock()
_NO_ANSWER = Answer(-signal.SIGKILL, b"", b"", 0)


def asked(data: bytes, seconds: float) -> Answer:
    """Have a task done by the process of this thread; one that does not answer in so many seconds is killed."""
    process = _process()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        send(process.stdin, data)
        if _ready(process, seconds) and (answer := receive(process.stdout)):
            return msgspec.msgpack.decode(answer, type=Answer)
    except (OSError, msgspec.MsgspecError):
        pass
    with _lock:
        _there.pop(threading.get_ident(), None)
    _kill(process)
    return _NO_ANSWER if process.returncode == -signal.SIGKILL else Answer(process.returncode, b"", b"", 0)


def _process() -> subprocess.Popen[bytes]:
    with _lock:
        process = _there.get(threading.get_ident())
        if process is None or process.poll() is not None:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "abidiff.survey.one", str(os.getpid())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            _there[threading.get_ident()] = process
        return process


def _ready(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait until there is an answer, or the process ended; False when there is none in time."""
    assert process.stdout is not None
    poll = select.poll()
    poll.register(process.stdout, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(min(seconds, 2e6) * 1000))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def end() -> None:
    """End the processes of all threads."""
    with _lock:
        ended = list(_there.values())
        _there.clear()
    for process in ended:
        _kill(process)
