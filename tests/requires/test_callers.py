"""Uses in functions whose callers look first, and in those that something else may run."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires import test_go as go
from tests.requires.test_requires import asked, told

NAME = "VIR_DOMAIN_UNDEFINE_TPM"
CHECK = "libvirt.getVersion() >= 8009000"
NEW = f"def new(d):\n  d.undefineFlags(libvirt.{NAME})\n"
CLASS = f"class A{{}}:\n  {{}}\n  def new(self, d):\n    d.undefineFlags(libvirt.{NAME})\n"

GUARDED = {
    "one caller": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\n",
    "two callers": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\ndef g(d):\n  if libvirt.getVersion() < 9000000:\n"
    "    return\n  new(d)\n",
    "a caller of a caller": f"{NEW}def f(d):\n  new(d)\ndef g(d):\n  if {CHECK}:\n    f(d)\n",
    "a function that calls itself": f"{NEW}  new(d)\ndef f(d):\n  if {CHECK}:\n    new(d)\n",
    "functions that call each other": f"{NEW}  g(d)\ndef g(d):\n  new(d)\ndef f(d):\n  if {CHECK}:\n    g(d)\n",
    "a method": f"class B: pass\n{CLASS.format('(B)', 'x = 1')}  def f(self, d):\n    if {CHECK}:\n      self.new(d)\n",
    "a static method": CLASS.replace("(self, d)", "(d)").format("", "@staticmethod")
    + f"def f(d):\n  if {CHECK}:\n    A.new(d)\n",
    "handed on": f"{NEW}def f(d):\n  if {CHECK}:\n    Thread(target=new, args=d).start()\n",
    "an inner function": f"def f(d):\n  def new():\n    d.undefineFlags(libvirt.{NAME})\n  if {CHECK}:\n    new()\n",
    "inside of one that is behind a check": f"def f(d):\n  def h():\n    d.undefineFlags(libvirt.{NAME})\n  return h\n"
    f"def g(d):\n  if {CHECK}:\n    f(d)\n",
    "in text": f'{NEW}def f(d):\n  """See new, which is newer."""\n  if {CHECK}:  # new\n    new(d)\n',
}
UNGUARDED = {
    "no caller": NEW,
    "functions that only call each other": f"{NEW}  g(d)\ndef g(d):\n  new(d)\n",
    "functions that call each other, one from outside": f"{NEW}  g(d)\ndef g(d):\n  if {CHECK}:\n    new(d)\n"
    "def f(d):\n  new(d)\n",
    "one of two callers": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\ndef g(d):\n  new(d)\n",
    "a weaker one": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\ndef g(d):\n  if x:\n    new(d)\n",
    "a caller of a caller": f"{NEW}def f(d):\n  new(d)\ndef g(d):\n  if {CHECK}:\n    f(d)\nf(x)\n",
    "two of the name": f"{NEW}class A:\n  def new(self):\n    pass\ndef f(d):\n  if {CHECK}:\n    new(d)\n",
    "by a string": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\nx = getattr(app, 'new')\n",
    "an entry point": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\nx = 'app.a:new'\n",
    "by another name": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\nfrom a import new as old\nold(x)\n",
    "a decorator": f"@register\n{NEW}def f(d):\n  if {CHECK}:\n    new(d)\n",
    "a class of others": f"{CLASS.format('(other.B)', 'x = 1')}  def f(self, d):\n    if {CHECK}:\n      self.new(d)\n",
    "a handler": f"{NEW}def f(d):\n  try:\n    new(d)\n  except AttributeError:\n    pass\n",
    "a name that is bound again": f"{NEW}def f(d):\n  if {CHECK}:\n    new(d)\nnew = wrap(new)\n",
    "a table": f"{NEW}TABLE = {{1: new}}\ndef f(d):\n  if {CHECK}:\n    new(d)\n",
}


@pytest.mark.parametrize("name", GUARDED)
def test_callers_that_look(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.py": f"import libvirt\n{GUARDED[name]}"})
    assert not found.problems
    assert NAME in told(found, "optional-feature")
    assert told(found, "weak-check") == []


@pytest.mark.parametrize("name", UNGUARDED)
def test_callers_that_do_not(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.py": f"import libvirt\n{UNGUARDED[name]}"})
    assert not found.problems
    assert told(found, "sets-floor") == [NAME]


@pytest.mark.parametrize("other", ["from a import new\nnew(x)\n", "# new\n", "x = 'a.new'\n"])
def test_files_that_do_not_mention_the_library(libvirt: Catalogue, other: str) -> None:
    text = f"import libvirt\n{GUARDED['one caller']}"
    assert told(asked(libvirt, {"a.py": text, "b.py": "x = 1\n"}), "sets-floor") == []
    assert told(asked(libvirt, {"a.py": text, "b.py": other}), "sets-floor") == [NAME]


def test_a_check_of_a_caller_that_asks_for_too_little(libvirt: Catalogue) -> None:
    text = f"import libvirt\n{NEW}def f(d):\n  if libvirt.getVersion() >= 8000000:\n    new(d)\n"
    found = asked(libvirt, {"a.py": text})
    assert told(found, "weak-check") == [NAME]
    place = next(each for each in found.findings if each.rule == "requires/weak-check").new
    assert place is not None
    assert place.line in (3, 5)


NEW_GO = f"// secure is newer.\nfunc secure(dom *libvirt.Domain) {{ {go.USE} }}\n"
METHOD_GO = f"func (h *host) secure(dom *libvirt.Domain) {{ {go.USE} }}\n"
LOOKS = "v, _ := conn.GetLibVersion()\nif v >= oldest {{ {} }}"
GUARDED_GO = {
    "a function": go.program(LOOKS.format("secure(dom)")) + NEW_GO,
    "a method": go.program(LOOKS.format("h.secure(dom)")) + METHOD_GO,
    "handed on": go.program(LOOKS.format("go run(h.secure)")) + METHOD_GO,
    "a caller of a caller": go.program(LOOKS.format("more(dom)")) + NEW_GO + "func more(d any) { secure(d) }\n",
}
UNGUARDED_GO = {
    "no caller": go.program("") + NEW_GO,
    "another caller": go.program(LOOKS.format("secure(dom)")) + NEW_GO + "func more(d any) { secure(d) }\n",
    "an interface": go.program(LOOKS.format("h.secure(dom)")) + METHOD_GO + "type s interface { secure(d any) }\n",
    "for others": (go.program(LOOKS.format("secure(dom)")) + NEW_GO).replace("secure", "Secure"),
    "for C": go.program(LOOKS.format("secure(dom)")) + "//export secure\n" + NEW_GO,
    "two of the name": go.program(LOOKS.format("h.secure(dom)")) + METHOD_GO + "func (o other) secure() {}\n",
    "not supported": go.program("if e := secure(dom); errors.Is(e, libvirt.ERR_NO_SUPPORT) { y() }") + NEW_GO,
}


@pytest.mark.parametrize("name", GUARDED_GO)
def test_callers_that_look_in_go(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.go": GUARDED_GO[name]})
    assert not found.problems
    assert told(found, "optional-feature") == [go.NAME]
    assert told(found, "weak-check") == []


@pytest.mark.parametrize("name", UNGUARDED_GO)
def test_callers_that_do_not_in_go(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.go": UNGUARDED_GO[name]})
    assert not found.problems
    assert told(found, "sets-floor") == [go.NAME]


def test_another_file_of_go(libvirt: Catalogue) -> None:
    files = {"a.go": GUARDED_GO["a function"], "b.go": "package app\nfunc more(d any) { secure(d) }\n"}
    assert told(asked(libvirt, files), "sets-floor") == [go.NAME]
