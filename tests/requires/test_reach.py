"""Checks of Python that another file may change, and functions that may run without their name being seen."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

NAME = "virNodeDeviceDefineXML"
USE = "libvirt.open('x').nodeDeviceDefineXML('', 0)\n"
FLAG = f"import libvirt\nHAS = libvirt.getVersion() >= 7003000\ndef f():\n  if HAS:\n    {USE}"
CONSTANT = f"import libvirt\nMIN = 7003000\ndef f():\n  if libvirt.getVersion() >= MIN:\n    {USE}"
CLASS = f"""import libvirt
class S:
  def __init__(self):
    self.has = libvirt.getVersion() >= 7003000
  def can(self):
    return libvirt.getVersion() >= 7003000
  def f(self):
    if self.can():
      {USE}  def g(self):
    if self.has:
      {USE}"""
CALLED = f"""import libvirt
def run_all():
  {USE}class A:
  def do_nd(self):
    {USE}  def go(self):
    if libvirt.getVersion() >= 7003000:
      self.do_nd()
      run_all()
"""
CHANGED = {
    "a flag": (FLAG, "import s\ns.HAS = True\n"),
    "a flag by setattr": (FLAG, "import s as q\nsetattr(q, 'HAS', True)\n"),
    "a flag in a table": (FLAG, "import s as q\nvars(q)['HAS'] = True\n"),
    "a version": (CONSTANT, "import s\ns.MIN = 0\n"),
    "a method": (CLASS, "from s import S\nclass T(S):\n  def can(self): return True\n"),
    "an attribute": (CLASS, "import s\ns.S().has = True\n"),
    "a function": (
        "import libvirt\ndef can(): return libvirt.getVersion() >= 7003000\ndef f():\n  if can():\n    " + USE,
        "import s\ns.can = bool\n",
    ),
    "a method that is called": (CALLED, "import s\ns.A().do_nd()\n"),
    "a name put together": (CALLED, "import s\ngetattr(s.A(), 'do_' + x)\n"),
    "a name of nothing known": (CALLED, "import s\ngetattr(s.A(), x)()\n"),
    "a name given to a thread": (CALLED, "import s\nThread(target=getattr(s.A(), x)).start()\n"),
    "all of a module": (CALLED, "import s\n[f() for f in s.__dict__.values()]\n"),
}
KEPT = {
    "another flag": (FLAG, "import s\ns.HAD = True\n"),
    "another version": (CONSTANT, "import s\ns.LEAST = 0\n"),
    "another method": (CLASS, "from s import S\nclass T(S):\n  def may(self): return True\n"),
    "a name put together": (CALLED, "import s\ngetattr(s.A(), f'on_{x}')()\n"),
    "a value of nothing known": (CALLED, "import s\nprint(getattr(s.A(), x))\n"),
    "a name of another module": (CALLED, "import os, s\ngetattr(os, x)()\n"),
    "own variables": (CALLED, "import s\nclass B:\n  def f(self): return vars(self), self.__dict__.items()\n"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_another_file_changes_a_check(libvirt: Catalogue, name: str) -> None:
    first, other = CHANGED[name]
    assert told(asked(libvirt, {"s.py": first}), "sets-floor") == []
    assert told(asked(libvirt, {"s.py": first, "main.py": other}), "sets-floor") == [NAME]


@pytest.mark.parametrize("name", KEPT)
def test_another_file_changes_nothing(libvirt: Catalogue, name: str) -> None:
    first, other = KEPT[name]
    assert told(asked(libvirt, {"s.py": first, "main.py": other}), "optional-feature") == [NAME]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project.scripts]\ntool = "s:run_all"\n'),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n  tool = s:run_all\n"),
        ("jobs.yaml", "job: s.run_all\n"),
        ("tool.sh", "python3 -c 'import s; s.run_all()'\n"),
        ("bin/tool", "#!/bin/sh\npython3 -c 'import s; s.run_all()'\n"),
        ("bin/tool", "#!/usr/bin/python3\nimport s\ns.run_all()\n"),
    ],
)
def test_other_files_name_a_function(libvirt: Catalogue, path: str, text: str) -> None:
    assert told(asked(libvirt, {"s.py": CALLED, path: text}), "sets-floor") == [NAME]
    assert told(asked(libvirt, {"s.py": CALLED, path: text.replace("run_all", "other")}), "sets-floor") == []


def test_a_comment_names_a_function(libvirt: Catalogue) -> None:
    assert told(asked(libvirt, {"s.py": CALLED, "setup.cfg": "# run_all\n[x]\n"}), "sets-floor") == []


@pytest.mark.parametrize("line", ["#!/usr/bin/python3", "#! /usr/bin/env python3.11 -u", "#!/usr/bin/env -S python -E"])
def test_scripts_without_an_ending(libvirt: Catalogue, line: str) -> None:
    files = {"bin/tool": f"{line}\nimport libvirt\n{USE}", "a.py": "import libvirt\nlibvirt.open('x')\n"}
    assert told(asked(libvirt, files), "sets-floor") == [NAME]


def test_a_script_of_another_language(libvirt: Catalogue) -> None:
    files = {"bin/tool": "#!/usr/bin/perl\nREMOTE_PROC_DOMAIN_DEL_THROTTLE_GROUP;\n", "bin/sh": "#!/bin/sh\nimport x\n"}
    assert told(asked(libvirt, files), "sets-floor") == ["REMOTE_PROC_DOMAIN_DEL_THROTTLE_GROUP"]
