"""Objects of Python's bindings, and the bindings themselves, that come from elsewhere in the application."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

DOMAIN = "libvirt.open('x').lookupByName('x')"
LISTED = "libvirt.open('x').listAllDomains()"
MESSAGES = "virDomainGetMessages"
PARAMETER = "VIR_DOMAIN_SAVE_PARAM_FILE"

TYPED = {
    "an annotation": "def f(d: libvirt.virDomain): d.messages(0)\n",
    "an annotation in quotes": "def f(d: 'Optional[libvirt.virDomain]' = None): d.messages(0)\n",
    "an annotation with None": "def f(d: libvirt.virDomain | None): d.messages(0)\n",
    "an annotated list": "def f(several: list[libvirt.virDomain]):\n  for d in several: d.messages(0)\n",
    "an annotated variable": "d: libvirt.virDomain = x()\nd.messages(0)\n",
    "an annotated attribute": "class A:\n  d: libvirt.virDomain\n  def f(self): self.d.messages(0)\n",
    "a name that is imported": "from libvirt import virDomain as D\ndef f(d: D): d.messages(0)\n",
    "the class": f"libvirt.virDomain.messages({DOMAIN}, 0)\n",
    "a loop": f"for d in {LISTED}: d.messages(0)\n",
    "numbered": f"for i, d in enumerate({LISTED}): d.messages(0)\n",
    "a comprehension": f"x = [d.messages(0) for d in {LISTED}]\n",
    "one of several": f"{LISTED}[0].messages(0)\n",
    "some of several": f"for d in sorted({LISTED})[1:]: d.messages(0)\n",
    "the next one": f"next(iter({LISTED})).messages(0)\n",
    "two at once": "c, n = libvirt.open('x'), 'x'\nd = c.lookupByName(n)\nd.messages(0)\n",
    "with": "with libvirt.open('x') as c:\n  c.lookupByName('x').messages(0)\n",
    "an attribute": f"class A:\n  def f(self):\n    self.d = {DOMAIN}\n    self.d.messages(0)\n",
    "an attribute of an attribute": "class A:\n  def __init__(self):\n    self.d = None\n"
    "    self.c = libvirt.open('x')\n  def f(self):\n    self.d = self.c.lookupByName('x')\n"
    "  def g(self):\n    self.d.messages(0)\n",
    "a function": f"def d(): return {DOMAIN}\nd().messages(0)\n",
    "a function that says so": "def d() -> libvirt.virDomain: return x()\nd().messages(0)\n",
    "a function of a function": "def c(): return libvirt.open('x')\ndef d(): return c().lookupByName('x')\n"
    "def f(): d().messages(0)\n",
    "a variable of the module": f"d = {DOMAIN}\ndef f(): d.messages(0)\n",
}
OTHERS = {
    "nothing known": "def f(d): d.messages(0)\n",
    "another class": "def f(d: libvirt.virConnect): d.messages(0)\n",
    "either of two": f"def g(x):\n  if x: return x\n  return {DOMAIN}\ng(1).messages(0)\n",
    "set to something else": f"d = {DOMAIN}\nd = x\nd.messages(0)\n",
    "attributes that differ": f"class A:\n  def f(self, x):\n    self.d = {DOMAIN}\n    self.d = x\n"
    "  def g(self):\n    self.d.messages(0)\n",
    "several": f"{LISTED}.messages(0)\n",
    "a look": f"d = {DOMAIN}\nif hasattr(d, 'messages'): d.messages(0)\n",
}


@pytest.mark.parametrize("name", TYPED)
def test_methods_of_one_small_word(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.py": f"import libvirt\nfrom typing import Optional\n{TYPED[name]}"})
    assert not found.problems
    assert told(found, "sets-floor") == [MESSAGES]


@pytest.mark.parametrize("name", OTHERS)
def test_what_has_no_such_method(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.py": f"import libvirt\nprint(libvirt.VIR_DOMAIN_RUNNING)\n{OTHERS[name]}"})
    assert MESSAGES not in told(found, "sets-floor")


def test_a_class_whose_method_is_newer(libvirt: Catalogue) -> None:
    text = "import libvirt\ndef f(x: libvirt.virNodeDevice):\n  {}x.undefine(0)\n"
    assert told(asked(libvirt, {"a.py": text.format("")}), "sets-floor") == ["virNodeDeviceUndefine"]
    look = text.format("if hasattr(x, 'undefine'): ")
    assert told(asked(libvirt, {"a.py": look}), "optional-feature") == ["virNodeDeviceUndefine"]


HANDED = {
    "the bindings": ("import libvirt\n", "import compat\nx = compat.libvirt.{}\n"),
    "the bindings or nothing": (
        "try:\n  import libvirt\nexcept ImportError:\n  libvirt = None\n",
        "import compat\nx = compat.libvirt.{}\n",
    ),
    "another name": ("import libvirt as lv\n", "from compat import lv\nx = lv.{}\n"),
    "a third name": ("import libvirt as lv\n", "from compat import lv as v\nx = v.{}\n"),
    "a module of another name": ("import libvirt as lv\n", "import compat as c\nx = c.lv.{}\n"),
    "all names": ("from libvirt import *\n", "from compat import *\nx = {}\n"),
    "one name": (f"from libvirt import {PARAMETER}\n", "from compat import {}\n"),
}


@pytest.mark.parametrize("name", HANDED)
def test_the_bindings_by_another_module(libvirt: Catalogue, name: str) -> None:
    first, other = HANDED[name]
    for files in ({"compat.py": first}, {"compat.py": f"from .one import *\n{first}"}):
        found = asked(libvirt, {**files, "main.py": other.format(PARAMETER)})
        assert told(found, "sets-floor") == [PARAMETER]


def test_the_bindings_by_a_package(libvirt: Catalogue) -> None:
    files = {"p/__init__.py": "from .compat import lv\n", "p/compat.py": "import libvirt as lv\n"}
    main = f"import p\nx = p.lv.{PARAMETER}\n"
    assert told(asked(libvirt, {**files, "main.py": main}), "sets-floor") == [PARAMETER]


@pytest.mark.parametrize("method", ["graphicsReload(0, 0)", "messages(0)"])
def test_objects_by_another_module(libvirt: Catalogue, method: str) -> None:
    files = {
        "compat.py": f"import libvirt\ndef dom(): return {DOMAIN}\n",
        "main.py": f"import compat\ncompat.dom().{method}\n",
    }
    assert told(asked(libvirt, files), "sets-floor") == [
        f"virDomain{'G' if method[0] == 'g' else 'GetM'}{method.partition('(')[0][1:]}"
    ]


def test_a_name_or_nothing_by_another_module(libvirt: Catalogue) -> None:
    first = f"try:\n  from libvirt import {PARAMETER} as P\nexcept ImportError:\n  P = None\n"
    found = asked(libvirt, {"compat.py": first, "main.py": "from compat import P\nprint(P)\n"})
    assert told(found, "optional-feature") == [PARAMETER]


REFUSES = "import libvirt, sys\ndef f(c):\n  if c.getLibVersion() < 7003000:\n    {}\n  c.nodeDeviceDefineXML('', 0)\n"
CONNECTION = "f(libvirt.open('x'))"
ENDS = {
    "raise": (REFUSES.format("raise RuntimeError"), CONNECTION),
    "exit": (REFUSES.format("sys.exit(1)"), CONNECTION),
    "main": (REFUSES.format("raise RuntimeError"), f"def main():\n  {CONNECTION}\n  return 0\n"
    "if __name__ == '__main__':\n  sys.exit(main())"),
    "an object": ("import libvirt\nclass A:\n  def __init__(self):\n    if libvirt.getVersion() < 7003000:\n"
    "      raise RuntimeError\n", "A().run()"),
}  # fmt: skip
GOES_ON = {
    "nobody calls it": (REFUSES.format("raise RuntimeError"), "libvirt.open('x')"),
    "caught": (REFUSES.format("raise RuntimeError"), f"try:\n  {CONNECTION}\nexcept RuntimeError:\n  pass"),
    "sometimes": (REFUSES.format("raise RuntimeError"), f"if len(sys.argv) > 1:\n  {CONNECTION}"),
    "after a return": (REFUSES.replace("(c):\n", "(c):\n  if x: return\n").format("raise RuntimeError"), CONNECTION),
}


@pytest.mark.parametrize("name", ENDS)
def test_functions_that_refuse_an_older_release(libvirt: Catalogue, name: str) -> None:
    text = "\n".join(ENDS[name]) + "\n"
    assert "the oldest release of libvirt that serves the application is 7.3.0" in asked(libvirt, {"a.py": text}).notes


@pytest.mark.parametrize("name", GOES_ON)
def test_functions_that_serve_an_older_release(libvirt: Catalogue, name: str) -> None:
    text = "\n".join(GOES_ON[name]) + "\n"
    assert "the oldest release of libvirt that serves the application is 0.7.3" in asked(libvirt, {"a.py": text}).notes


UNKNOWN = {
    "a function": ("libvirt.frobnicate()\n", "frobnicate"),
    "a class": ("print(isinstance(1, libvirt.virFrobnicator))\n", "virFrobnicator"),
    "a method": ("libvirt.open('x').lookupByNameX('y')\n", "virConnect.lookupByNameX"),
}
KNOWN = {
    "what the bindings made": "print(libvirt.libvirtError, libvirt.registerErrorHandler, libvirt.__file__)\n"
    "libvirt.open('x')\n",
    "what they call otherwise": "c = libvirt.open('x')\nc.newStream()\nc.listDomainsID()\nc.listAllDevices()\n",
    "what is looked for": "c = libvirt.open('x')\nif hasattr(libvirt, 'frob'): libvirt.frob()\n"
    "if hasattr(c, 'frob'): c.frob()\nif hasattr(libvirt, 'VIR_FROB'): print(libvirt.VIR_FROB)\n",
    "what is caught": "try:\n  libvirt.frob()\nexcept AttributeError:\n  pass\nlibvirt.open('x')\n",
    "what is put there": "libvirt.virConnect.frob = f\nlibvirt.open('x').frob()\n",
    "another object": "libvirt = fake()\nlibvirt.frob()\nlibvirt.open('x')\n",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_names_that_no_release_has(libvirt: Catalogue, name: str) -> None:
    text, subject = UNKNOWN[name]
    found = asked(libvirt, {"a.py": f"import libvirt\nprint(libvirt.VIR_DOMAIN_RUNNING)\n{text}"})
    assert told(found, "unknown-name") == [subject]


@pytest.mark.parametrize("name", KNOWN)
def test_names_that_the_bindings_have(libvirt: Catalogue, name: str) -> None:
    assert told(asked(libvirt, {"a.py": f"import libvirt\n{KNOWN[name]}"}), "unknown-name") == []
