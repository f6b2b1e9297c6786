"""Programs in three languages to which a newer use is added behind a check, and outside of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires import test_c_guards as c
from tests.requires import test_callers as callers
from tests.requires import test_go as go
from tests.requires import test_go_guards as go_guards
from tests.requires import test_guards as python
from tests.requires.test_requires import CHECKS_C, OUTSIDE_C, asked

PYTHON_OLD = "libvirt.VIR_DOMAIN_UNDEFINE_NVRAM"
GO_OLD = "dom.Create()"
C_OLD = "void old(virDomainPtr d) { virDomainCreate(d); }\n"


def programs() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (kind, file, before, behind, outside): a program, with a newer use behind its check, and with another."""
    for name, text in python.GUARDED.items():
        behind = f"import libvirt\n{text}"
        yield f"python: {name}", "a.py", behind.replace(python.USE, PYTHON_OLD), behind, f"{behind}{python.USE}\n"
    new = f"libvirt.{callers.NAME}"
    for name, text in callers.GUARDED.items():
        behind = f"import libvirt\n{text}"
        yield f"python, callers: {name}", "a.py", behind.replace(new, PYTHON_OLD), behind, f"{behind}{new}\n"
    for name, body in go_guards.GUARDED.items():
        behind = go_guards.written(body)
        before = go_guards.written(body.replace(go.USE, GO_OLD))
        yield f"go: {name}", "a.go", before, behind, f"{behind}func more(dom *libvirt.Domain) {{ {go.USE} }}\n"
    for check in go.CHECKS:
        behind = go.program(check.format(go.USE))
        more = f"{behind}func more(dom *libvirt.Domain) {{ {go.USE} }}\n"
        yield f"go: {check}", "a.go", go.program(check.format(GO_OLD)), behind, more
    for check in CHECKS_C:
        behind = f"{C_OLD}{check}\n{OUTSIDE_C}#endif\n"
        yield f"c: {check}", "a.c", f"{C_OLD}{check}\n#endif\n", behind, f"{behind}{OUTSIDE_C}"
    for name, text in c.OPTIONAL.items():
        yield f"c: weak, {name}", "a.c", C_OLD, C_OLD + text, f"{c.USE.replace(' f(', ' before(')}{C_OLD}{text}"


CASES = [pytest.param(*each[1:], id=each[0]) for each in programs()]


@pytest.mark.parametrize(("file", "before", "behind", "outside"), CASES)
def test_the_floor_moves_exactly_when_it_should(
    libvirt: Catalogue, file: str, before: str, behind: str, outside: str
) -> None:
    floors = [asked(libvirt, {file: text}).notes[0] for text in (before, behind, outside)]
    assert floors[0] == floors[1]
    assert floors[2] != floors[1]
    assert floors[2].endswith(" is 8.9.0" if file == "a.py" else " is 8.0.0")
