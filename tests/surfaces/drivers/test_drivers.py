"""Driver tables: what is read, what follows, and what cannot be read."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest

from abidiff.cli.main import main
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.drivers.compare import compare
from abidiff.surfaces.drivers.matrix import matrix, only
from abidiff.surfaces.drivers.model import Drivers
from abidiff.surfaces.drivers.parse import parse

STRUCT = """
struct _virHypervisorDriver {
    const char *name; /* the name */
    virDrvConnectURIProbe connectURIProbe;
    virDrvConnectOpen connectOpen;
    virDrvDomainCreateXML domainCreateXML;
    virDrvDomainMigratePrepare2 domainMigratePrepare2;
    /* virDrvDomainGone domainGone; */
};
struct _virStateDriver { virDrvStateInitialize stateInitialize; };
"""


def read(**files: str) -> Drivers:
    texts = {name.replace("__", "/").replace("_c", ".c"): text.encode() for name, text in files.items()}
    texts["driver-hypervisor.h"] = STRUCT.encode()
    paths = tuple(sorted(texts))
    unit = Unit("drivers", "drivers", "full", paths, paths, MappingProxyType({}))
    return parse(Release("x", "", MappingProxyType(texts)), Project("x", (unit,)), {})


def said(model: Drivers) -> list[tuple[str, str, str, str]]:
    return [(found.driver, found.field, found.since, found.until) for found in model.supports]


NAMED = """
static virHypervisorDriver qemuHypervisorDriver = {
    .name = "QEMU",
    .connectURIProbe = qemuConnectURIProbe,
    .connectOpen = qemuConnectOpen, /* 0.2.0 */
    .domainCreateXML = NULL, /* 0.2.0 - 5.5.0 */
    .domainMigratePrepare2 = prepare, /* 0.5.0 */
};
"""


def test_members_by_name_with_since_and_until() -> None:
    model = read(qemu__qemu_driver_c=NAMED)
    assert [found.api for found in model.callbacks] == [
        "virConnectOpen",
        "virDomainCreateXML",
        "virDomainMigratePrepare2",
    ]
    assert said(model) == [
        ("qemu", "connectOpen", "0.2.0", ""),
        ("qemu", "domainCreateXML", "0.2.0", "5.5.0"),
        ("qemu", "domainMigratePrepare2", "0.5.0", ""),
    ]
    assert (model.supports[0].location.line, model.supports[0].location.column) == (5, 6)


def test_what_follows_from_the_tables() -> None:
    rows = {row.api: row for group in matrix(read(qemu_driver_c=NAMED)) for row in group.rows}
    assert str(rows["virConnectOpenAuth"].cells["qemu"]) == "0.4.0"
    assert str(rows["virConnectOpenReadOnly"].cells["qemu"]) == "0.2.0"
    assert str(rows["virDomainMigrate"].cells["qemu"]) == "0.5.0"
    assert str(rows["virDomainCreateXML"].cells["qemu"]) == "0.2.0 - 5.5.0"


def test_a_callback_that_was_renamed_is_no_gain() -> None:
    text = NAMED.replace("prepare, /* 0.5.0 */", "prepare, /* 9.9.9 */")
    model = read(qemu_driver_c=text)
    before = msgspec.structs.replace(model, callbacks=model.callbacks[2:], supports=model.supports[2:])
    assert compare(before, model) == []  # connectOpen is there since 0.2.0, as its table says
    unnamed = msgspec.structs.replace(before, supports=tuple(found for found in read(qemu_driver_c=NAMED).supports[2:]))
    later = text.replace("/* 0.2.0 */", "/* 0.6.0 */")
    gained = [type(change).__name__ for change in compare(unnamed, read(qemu_driver_c=later))]
    assert gained == ["SupportGained", "SinceRewritten"]


def test_members_by_position() -> None:
    text = 'static virHypervisorDriver xenDriver = {\n    "Xen", /* name, */\n    NULL,\n    xenOpen,\n    NULL,\n};\n'
    assert said(read(xen_driver_c=text)) == [("xen", "connectOpen", "", "")]


def test_a_table_by_position_with_conditions_has_all_features() -> None:
    text = """static virHypervisorDriver xenDriver = {
    "Xen",
#if HAVE_NUMA
    probe,
# ifdef MORE
    xenOpen, /* open */
# else
    NULL,
# endif
#else
    NULL,
    NULL,
#endif
    create,
};
"""
    assert said(read(xen_driver_c=text)) == [("xen", "connectOpen", "", ""), ("xen", "domainCreateXML", "", "")]


def test_a_table_that_does_not_fit_is_said_to_be_unread() -> None:
    text = f"static virHypervisorDriver xenDriver = {{\n{'    f,' * 9}\n}};\n"
    (problem,) = read(xen_driver_c=text).problems
    assert "does not fit the struct" in problem.message
    (problem,) = read(xen_driver_c="static virHypervisorDriver xenDriver = {\n    .name = 0,").problems
    assert "has no end" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "static virHypervisorDriver d = {\n" + "/*" * 100_000 + "\n}",
        "static virHypervisorDriver d = {\n    .a = " + " " * 100_000 + "x\n}",
        "static virHypervisorDriver d = {\n" * 10_000,
        "static virHypervisorDriver d = {\n    .a = b, /*" + " " * 100_000 + "\n}",
        "struct _virHypervisorDriver {\n" * 10_000,
        "struct _virHypervisorDriver {\n" + "a " * 100_000 + "\n};",
        "static " * 20_000 + "virHypervisorDriver d = {\n",
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    began = time.process_time()
    read(x_driver_c=text, **{"y.h": text})
    assert time.process_time() - began < 1


def test_one_driver_of_all() -> None:
    model = read(qemu_driver_c=NAMED, lxc_driver_c=NAMED)
    groups = only(matrix(model), ("lxc",))
    assert {name for group in groups for name in group.drivers} == {"lxc"}
    assert {name for group in groups for row in group.rows for name in row.cells} == {"lxc"}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path, text in (
        ("src/driver-hypervisor.h", STRUCT),
        ("src/qemu/qemu_driver.c", NAMED),
        ("src/libvirt_public.syms", "LIBVIRT_0.0.3 { global: virConnectOpen; };\n"),
        ("include/libvirt/libvirt.h", "int virConnectOpen(void);\n"),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", ["text", "json", "html"])
def test_the_command(tree: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["drivers", str(tree), "--format", name, "--no-cache"])
    out = capfd.readouterr().out
    assert caught.value.code in (0, None)
    assert "0.2.0 - 5.5.0" in out or name == "json"
    if name == "json":
        (row,) = [
            found for group in json.loads(out)["groups"] for found in group["functions"] if found["version"] == "0.0.3"
        ]
        assert row["function"] == "virConnectOpen"


def test_the_command_without_tables_or_with_an_unknown_driver(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["drivers", str(tree), "--driver", "qmeu", "--no-cache"])
    assert caught.value.code == 2
    assert "known: qemu" in capfd.readouterr().err
    (tree / "src/qemu/qemu_driver.c").unlink()
    with pytest.raises(SystemExit) as caught:
        main(["drivers", str(tree), "--no-cache"])
    assert caught.value.code == 3
