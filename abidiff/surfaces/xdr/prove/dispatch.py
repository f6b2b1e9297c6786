"""Call rpcgen's own dispatcher over a pair of sockets, and read its answer (RFC 5531 sections 8 and 11).

The server is written from numbers and types of a model under made-up names, as everything that is compiled here: a
``program`` whose procedures take nothing, but for the one that the call reaches.  That one prints what it was given
and returns an answer that was made before.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from abidiff.surfaces.xdr.prove.cgen import PRELUDE, printed
from abidiff.surfaces.xdr.prove.judge import RUN_SECONDS, Built, JudgeError, limits
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

MOST = 4096
"""Procedures of a program beyond these are left out, but for the one that is called."""

SERVE = r"""
int main(void) {
    SVCXPRT *transport = svc_fd_create(SOCKET, 0, 0);
    if (transport == NULL) return 4;
    for (unsigned i = 0; i < sizeof served / sizeof *served; i++)
        if (!svc_register(transport, served[i].program, served[i].version, served[i].run, 0)) return 5;
    while (FD_ISSET(SOCKET, &svc_fdset)) {
        fd_set ready = svc_fdset;
        if (select(SOCKET + 1, &ready, NULL, NULL, NULL) <= 0) break;
        svc_getreqset(&ready);
    }
    return 0;
}
"""


class Status(IntEnum):
    """What a server answers to a call (RFC 5531 section 9); DENIED and SILENT are none of its numbers."""

    SUCCESS = 0
    PROG_UNAVAIL = 1
    PROG_MISMATCH = 2
    PROC_UNAVAIL = 3
    GARBAGE_ARGS = 4
    SYSTEM_ERR = 5
    DENIED = 100
    SILENT = 101


class Number(NamedTuple):
    """A procedure by its numbers."""

    program: int
    version: int
    procedure: int


class Target(NamedTuple):
    """The procedure that a call reaches: what it takes and returns (None: nothing), and the bytes it answers with."""

    number: Number
    takes: Ref | None
    answers: Ref | None
    answer: bytes = b""


class Reply(NamedTuple):
    """What came back: the status, the bytes behind it, and what the procedure printed of its arguments."""

    status: Status
    data: bytes = b""
    tokens: tuple[str, ...] | None = None


def call(scope: Scope, served: Sequence[Number], target: Target | None, number: Number, payload: bytes) -> Reply:
    """Build a server of these procedures and call one; raises :class:`JudgeError` when it can't be built or run."""
    kept = [n for n in dict.fromkeys(served) if target is None or n != target.number][:MOST]
    if not kept and target is None:
        kept = [Number(number.program ^ 1, 1, 1)]  # a server of something else
    with Server(*_sources(scope, kept, target)) as server:
        return server.call(number, payload)


class Server(Built):
    """A server on one end of a pair of sockets."""

    def __init__(self, protocol: str, source: str) -> None:
        super().__init__(protocol, source, serves=True)

    def call(self, number: Number, payload: bytes) -> Reply:
        """Send one call and wait for its answer."""
        ours, theirs = socket.socketpair()
        with ours, theirs, self._running(theirs) as process:
            theirs.close()
            ours.settimeout(RUN_SECONDS)
            ours.sendall(_record(number, payload))
            reply = _reply(ours)
            ours.close()
            try:
                printed, _ = process.communicate(timeout=RUN_SECONDS)
            except subprocess.TimeoutExpired:
                raise JudgeError("the dispatcher did not end") from None
        words = [line for line in printed.decode("ascii", "replace").splitlines() if line.startswith("called ")]
        return reply._replace(tokens=tuple(words[0].split()[1:]) if words else None)

    @contextlib.contextmanager
    def _running(self, theirs: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [self._path / "judge", str(theirs.fileno())], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), preexec_fn=limits, cwd=self._path, env={},
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _record(number: Number, payload: bytes) -> bytes:
    """Return a call as one record (RFC 5531 sections 9 and 11)."""
    words = (1, 0, 2, *number, 0, 0, 0, 0)
    message = b"".join((word % 2**32).to_bytes(4, "big") for word in words) + payload
    return (0x80000000 | len(message)).to_bytes(4, "big") + message


def _reply(ours: socket.socket) -> Reply:
    data = b""
    last = False
    try:
        while not last:
            mark = int.from_bytes(_exactly(ours, 4), "big")
            last = bool(mark >> 31)
            data += _exactly(ours, mark & 0x7FFFFFFF)
    except (TimeoutError, ConnectionError):
        return Reply(Status.SILENT)
    words = [int.from_bytes(data[at : at + 4], "big") for at in range(0, 24, 4)]
    if words[2]:
        return Reply(Status.DENIED)
    length = (words[4] + 3) // 4 * 4
    status = int.from_bytes(data[20 + length : 24 + length], "big")
    return Reply(Status(status) if status <= Status.SYSTEM_ERR else Status.DENIED, data[24 + length :])


def _exactly(ours: socket.socket, count: int) -> bytes:
    if count > 1 << 26:
        raise ConnectionError
    data = b""
    while len(data) < count:
        piece = ours.recv(min(1 << 16, count - len(data)))
        if not piece:
            raise ConnectionError
        data += piece
    return data


# ---- the program


def _sources(scope: Scope, served: Sequence[Number], target: Target | None) -> tuple[str, str]:
    """Return the protocol for rpcgen and the C program of the server."""
    refs = [ref for ref in (target.takes, target.answers) if ref is not None] if target else []
    text, printers = printed(scope, refs)
    programs = _grouped([*served, *([target.number] if target else [])])
    lines, table, services = [], [], []
    for place, (program, versions) in enumerate(programs.items()):
        lines.append(f"program G{place} {{")
        for version, procedures in versions.items():
            lines.append(f"version G{place}V{version} {{")
            for procedure in procedures:
                name = f"f{place}_{procedure}"
                own = target is not None and target.number == (program, version, procedure)
                lines.append(f"    {_procedure(target if own else None, name)} = {procedure};")
                services.append(_service(target if own else None, f"{name}_{version}_svc"))
            lines.append(f"}} = {version};")
            table.append(f"    {{ {program}u, {version}u, g{place}_{version} }},")
        lines.append(f"}} = {program};")
    served_at = ["static struct { rpcprog_t program; rpcvers_t version; void (*run)(struct svc_req *, SVCXPRT *); }",
                 "served[] = {", *table, "};"]  # fmt: skip
    source = "\n".join([PRELUDE, '#include "in_svc.c"', *printers, *services, *served_at, _main()])
    return text + "\n".join(lines) + "\n", source


def _main() -> str:
    return SERVE.replace("int main(void) {", "int main(int count, char **given) {\n    int SOCKET = atoi(given[1]);")


def _grouped(numbers: Sequence[Number]) -> Mapping[int, Mapping[int, list[int]]]:
    found: dict[int, dict[int, list[int]]] = {}
    for program, version, procedure in sorted(numbers):
        found.setdefault(program, {}).setdefault(version, []).append(procedure)
    return found


def _procedure(target: Target | None, name: str) -> str:
    if target is None:
        return f"void {name}(void)"
    answers = "r0" if target.takes is None else "r1"
    return f"{answers if target.answers else 'void'} {name}({'r0' if target.takes else 'void'})"


def _service(target: Target | None, name: str) -> str:
    """Return the C function of a procedure: one without a target only answers."""
    if target is None:
        return f'void *{name}(void *v, struct svc_req *r) {{ static char c; puts("called"); return &c; }}'
    kind = "r0" if target.takes is None else "r1"
    takes = "void" if target.takes is None else "r0"
    lines = [
        f"{'void' if target.answers is None else kind} *{name}({takes} *v, struct svc_req *r) {{",
        '    printf("called ");',
    ]
    if target.takes is not None:
        lines.append("    dump_r0(v);")
    lines.append('    puts(""); fflush(stdout);')
    if target.answers is None:
        return "\n".join([*lines, "    static char c;", "    return (void *)&c;", "}"])
    content = ", ".join(map(str, target.answer)) or "0"
    lines += [
        f"    static unsigned char answer[] = {{ {content} }};",
        f"    static {kind} result;",
        "    XDR x;",
        f"    xdrmem_create(&x, (char *)answer, {len(target.answer)}, XDR_DECODE);",
        "    memset(&result, 0, sizeof result);",
        f"    if (!xdr_{kind}(&x, &result)) return NULL;",
        "    return &result;",
        "}",
    ]
    return "\n".join(lines)


__all__ = ["Number", "Reply", "Server", "Status", "Target", "call"]
