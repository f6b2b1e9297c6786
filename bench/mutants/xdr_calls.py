"""Call rpcgen's dispatcher of a mutated program with every procedure that the old program has.

The server is built from the text itself: what ``rpcgen -m`` makes of it, with procedures that answer nothing but zeros.
"""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from abidiff.surfaces.xdr.prove.judge import compiler, tirpc_flags

MAIN = r"""
int main(int count, char **given) {
    int s = atoi(given[1]);
    SVCXPRT *t = svc_fd_create(s, 0, 0);
    if (t == NULL) return 4;
%s
    while (FD_ISSET(s, &svc_fdset)) {
        fd_set ready = svc_fdset;
        if (select(s + 1, &ready, NULL, NULL, NULL) <= 0) break;
        svc_getreqset(&ready);
    }
    return 0;
}
"""
STATUS = ("SUCCESS", "PROG_UNAVAIL", "PROG_MISMATCH", "PROC_UNAVAIL", "GARBAGE_ARGS", "SYSTEM_ERR")


class Entry(NamedTuple):
    """A procedure of a program, by the numbers of rpcgen's header."""

    name: str
    program: int
    version: int
    procedure: int
    void: bool


@cache
def entries(text: str) -> tuple[Entry, ...] | None:
    """Return the procedures of a text; None when rpcgen does not take it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in.x").write_text(text, errors="replace")
        done = subprocess.run(
            ["rpcgen", "-h", "in.x"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
    if done.returncode:
        return None
    found: list[Entry] = []
    program = 0
    names: dict[str, int] = {}
    fresh: list[int] = []  # what was defined since the last version: program and version, or the version alone
    for line in done.stdout.splitlines():
        number = re.match(r"#define (\w+) (?:\(\(unsigned long\)\()?(0x[0-9a-fA-F]+|\d+)", line)
        service = re.match(r"extern\s+(.+?)\s*\*\s*(\w+)_(\d+)_svc\((.*), struct svc_req \*\);", line)
        if number:
            value = int(number[2], 8 if re.fullmatch(r"0[0-7]+", number[2]) else 0)
            names[number[1].lower()] = value
            fresh.append(value)
        elif line.startswith("#if defined(__STDC__)"):
            program = fresh[-2] if len(fresh) > 1 else program
        elif line.startswith("#endif /* K&R C */"):
            fresh = []
        elif service:
            procedure = names.get(service[2], -1)
            found.append(Entry(service[2], program, int(service[3]), procedure, service[4].startswith("void")))
    return tuple(dict.fromkeys(found))


class Called(NamedTuple):
    """What came back: the status, and which procedure was reached."""

    status: str
    reached: str


def call_all(text: str, stub: str, wanted: tuple[Entry, ...]) -> list[Called] | str:
    """Build a server of a text and call procedures without arguments; a text says what is wrong."""
    with tempfile.TemporaryDirectory(prefix="abidiff-bench-") as name:
        folder = Path(name)
        wrong = _build(folder, text, stub)
        return wrong or [_call(folder, entry) for entry in wanted]


def _build(folder: Path, text: str, stub: str) -> str:
    (folder / "in.x").write_text(text, errors="replace")
    for option, target in (("-h", "in.h"), ("-c", "in_xdr.c"), ("-m", "in_svc.c")):
        command = ["rpcgen", option, "-o", target, "in.x"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            return f"rpcgen: {done.stderr.strip()[:80]}"
    header = (folder / "in.h").read_text(errors="replace")
    (folder / "in.h").write_text(stub + header)
    services, table = [], []
    pattern = r"^extern\s+(.+?)\s*\*\s*(\w+_svc)\((.*), struct svc_req \*\);"
    for result, function, argument in dict.fromkeys(re.findall(pattern, header, re.M)):
        body = f'printf("{function}\\n"); fflush(stdout); static char zero[1 << 16]; return (void *)zero;'
        services.append(f"{result} *{function}({argument} v, struct svc_req *r) {{ {body} }}")
    dispatchers = re.findall(r"^(\w+)_(\d+)\(struct svc_req \*rqstp", (folder / "in_svc.c").read_text(), re.M)
    for program, version in dispatchers:
        upper = re.search(rf"^#define ({program}) ", header, re.M | re.I)
        if upper:
            table.append(f"    svc_register(t, {upper[1]}, {version}, {program}_{version}, 0);")
    (folder / "main.c").write_text('#include "in_svc.c"\n' + "\n".join(services) + MAIN % "\n".join(table))
    command = [compiler() or "cc", "-w", "-O0", *(tirpc_flags() or ()), "-o", "serve", "main.c", "in_xdr.c", "-ltirpc"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return f"cc: {done.stderr.strip().splitlines()[0][:120]}" if done.returncode else ""


def _call(folder: Path, entry: Entry) -> Called:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            [folder / "serve", str(theirs.fileno())], stdout=subprocess.PIPE, pass_fds=(theirs.fileno(),), text=True
        )
        theirs.close()
        ours.settimeout(10)
        words = (1, 0, 2, entry.program, entry.version, entry.procedure, 0, 0, 0, 0)
        data = b"".join((word % 2**32).to_bytes(4, "big") for word in words)
        ours.sendall((0x80000000 | len(data)).to_bytes(4, "big") + data)
        try:
            reply = ours.recv(1 << 16)
        except TimeoutError:
            reply = b""
        ours.close()
        printed, _ = process.communicate(timeout=10)
    status = int.from_bytes(reply[24:28], "big") if len(reply) >= 28 else -1
    reached = printed.strip().rpartition("_svc")[0].rpartition("_")[0]
    return Called(STATUS[status] if 0 <= status < len(STATUS) else "SILENT", reached)
