"""Names of Python's bindings that a program has as texts, or gives the bindings itself."""

from __future__ import annotations

import time

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

NAME = "VIR_DOMAIN_UNDEFINE_TPM"
METHOD = "setLaunchSecurityState"
FUNCTION = "virDomainSetLaunchSecurityState"
HEAD = "import libvirt, operator, sys\nfrom operator import methodcaller as call\nx = libvirt.VIR_DOMAIN_RUNNING\n"

USES = {
    "attrgetter": f"operator.attrgetter('{NAME}')(libvirt)",
    "attrgetter of several": f"operator.attrgetter('VIR_DOMAIN_RUNNING', '{NAME}')(libvirt)",
    "attrgetter kept": f"get = operator.attrgetter('{NAME}')\nget(libvirt)",
    "vars": f"vars(libvirt)['{NAME}']",
    "__dict__": f"libvirt.__dict__['{NAME}']",
    "sys.modules": f"sys.modules['libvirt'].{NAME}",
    "__import__": f"__import__('libvirt').{NAME}",
    "a loop": f"for n in ('VIR_DOMAIN_RUNNING', '{NAME}'):\n  getattr(libvirt, n)",
    "a loop over a constant": f"NAMES = ['VIR_DOMAIN_RUNNING'] + ['{NAME}']\nfor n in NAMES:\n  getattr(libvirt, n)",
    "a loop over pairs": f"for n, v in (('VIR_DOMAIN_RUNNING', 1), ('{NAME}', 2)):\n  getattr(libvirt, n)",
    "a loop over a table": f"T = {{'a': '{NAME}'}}\ndef f():\n  for k, v in T.items():\n    getattr(libvirt, v)",
    "a numbered loop": f"for i, n in enumerate(sorted(['{NAME}'])):\n  getattr(libvirt, n)",
    "a comprehension": f"[getattr(libvirt, n) for n in {{'{NAME}'}}]",
    "a constant": f"N = '{NAME}'\ngetattr(libvirt, N)",
    "a branch": f"getattr(libvirt, '{NAME}' if x else 'VIR_DOMAIN_RUNNING')",
    "an updated one": f"libvirt.{NAME} |= 1",
    "deleted": f"del libvirt.{NAME}",
    "a look at another name": f"for n in ('{NAME}',):\n  if n in (1, 2): continue\n  getattr(libvirt, n)",
    "given too late": f"print(libvirt.{NAME})\nlibvirt.{NAME} = 64",
    "given somewhere": f"def f():\n  libvirt.{NAME} = 64\nprint(libvirt.{NAME})",
    "given behind something else": f"if x:\n  libvirt.{NAME} = 64\nprint(libvirt.{NAME})",
    "another exception": f"try:\n  libvirt.{NAME}\nexcept* ValueError:\n  pass",
    "an error of a table": f"try:\n  libvirt.{NAME}\nexcept KeyError:\n  pass",
}
METHODS = {
    "methodcaller": f"def f(d):\n  operator.methodcaller('{METHOD}', {{}}, 0)(d)",
    "methodcaller of several": f"def f(ds):\n  list(map(call('{METHOD}', {{}}, 0), ds))",
    "attrgetter with a dot": f"operator.attrgetter('virDomain.{METHOD}')(libvirt)",
    "a default that is called": f"def f(d):\n  getattr(d, '{METHOD}', None)({{}}, 0)",
    "a default that is kept and called": f"def f(d):\n  g = getattr(d, '{METHOD}', None)\n  g({{}}, 0)",
    "a loop over methods": f"def f(d):\n  for n in ('create', '{METHOD}'):\n    getattr(d, n)()",
    "another error": f"def f(d):\n  try:\n    getattr(d, '{METHOD}', None)()\n  except ValueError:\n    pass",
}
SAFE = {
    "a table's default": f"vars(libvirt).get('{NAME}', 0)",
    "a table's error": f"try:\n  vars(libvirt)['{NAME}']\nexcept KeyError:\n  pass",
    "getattr's default in a loop": f"for n in ('{NAME}',):\n  getattr(libvirt, n, None)",
    "a look in a loop": f"for n in ('{NAME}',):\n  if hasattr(libvirt, n):\n    getattr(libvirt, n)",
    "a look in a comprehension": f"[getattr(libvirt, n) for n in ['{NAME}'] if n in dir(libvirt)]",
    "a look in a list": f"THERE = dir(libvirt)\nfor n in ['{NAME}']:\n  if n in THERE:\n    getattr(libvirt, n)",
    "a look by a constant": f"N = '{NAME}'\nif hasattr(libvirt, N):\n  getattr(libvirt, N)",
    "except*": f"try:\n  libvirt.{NAME}\nexcept* AttributeError:\n  pass",
    "given where it is missing": f"if not hasattr(libvirt, '{NAME}'):\n  libvirt.{NAME} = 64\nprint(libvirt.{NAME})",
    "given by name": f"if not hasattr(libvirt, '{NAME}'):\n  setattr(libvirt, '{NAME}', 64)\nprint(libvirt.{NAME})",
    "given in a handler": f"try:\n  libvirt.{NAME}\nexcept AttributeError:\n  libvirt.{NAME} = 64\n"
    f"def f():\n  return libvirt.{NAME}",
    "given to all": f"libvirt.{NAME} = 64\ndef f():\n  return libvirt.{NAME}",
    "given in a loop": f"for n, v in (('{NAME}', 64),):\n  if not hasattr(libvirt, n):\n    setattr(libvirt, n, v)\n"
    f"print(libvirt.{NAME})",
}
SAFE_METHODS = {
    "a function by default": f"def f(d):\n  getattr(d, '{METHOD}', print)({{}}, 0)",
    "a look": f"def f(d):\n  g = getattr(d, '{METHOD}', None)\n  if g:\n    g({{}}, 0)",
    "a look at what is callable": f"def f(d):\n  g = getattr(d, '{METHOD}', None)\n  if callable(g):\n    g({{}}, 0)",
    "no None": f"def f(d):\n  g = getattr(d, '{METHOD}', None)\n  if g == None:\n    return\n  g({{}}, 0)",
    "an error of what is no function": f"def f(d):\n  try:\n    getattr(d, '{METHOD}', None)()\n"
    "  except TypeError:\n    pass",
}


@pytest.mark.parametrize(("text", "name"), [(each, NAME) for each in USES.values()], ids=USES)
def test_uses(libvirt: Catalogue, text: str, name: str) -> None:
    assert told(asked(libvirt, {"a.py": f"{HEAD}{text}\n"}), "sets-floor") == [name]


@pytest.mark.parametrize("text", METHODS.values(), ids=METHODS)
def test_methods(libvirt: Catalogue, text: str) -> None:
    assert told(asked(libvirt, {"a.py": f"{HEAD}{text}\n"}), "sets-floor") == [FUNCTION]


@pytest.mark.parametrize(
    ("text", "name"),
    [*((each, NAME) for each in SAFE.values()), *((each, FUNCTION) for each in SAFE_METHODS.values())],
    ids=[*SAFE, *SAFE_METHODS],
)
def test_safe_ones(libvirt: Catalogue, text: str, name: str) -> None:
    found = asked(libvirt, {"a.py": f"{HEAD}{text}\n"})
    assert told(found, "sets-floor") == []
    assert told(found, "optional-feature") == [name]


@pytest.mark.parametrize(
    "text",
    [
        f"libvirt.{NAME} = 64",
        f"libvirt.{NAME}: int = 64",
        f"for libvirt.{NAME} in (1,):\n  pass",
        f"def f(d):\n  d.{METHOD} = 1",
        "libvirt.virDomain.setLaunchSecurityState = None",
        f"N = '{NAME}'\ndef f(N):\n  getattr(libvirt, N)",
        f"for n in ('{NAME}',):\n  n = 'VIR_DOMAIN_RUNNING'\n  getattr(libvirt, n)",
        f"for n in ('{NAME}',):\n  pass\ndef f(n):\n  getattr(libvirt, n)",
        f"x = {{}}\nx['{NAME}']\nx.get('{NAME}')",
    ],
)
def test_what_is_no_use(libvirt: Catalogue, text: str) -> None:
    found = asked(libvirt, {"a.py": f"{HEAD}{text}\n"})
    assert told(found, "sets-floor") == told(found, "optional-feature") == []


def test_another_file_gives_a_name(libvirt: Catalogue) -> None:
    given = f"import libvirt\nif not hasattr(libvirt, '{NAME}'):\n  libvirt.{NAME} = 64\n"
    found = asked(libvirt, {"compat.py": given, "use.py": f"import compat, libvirt\nprint(libvirt.{NAME})\n"})
    assert told(found, "sets-floor") == []


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (f"g = getattr(d, '{METHOD}', None)\n", "g()\n"),
        ("n = 'VIR_DOMAIN_RUNNING'\n", "getattr(libvirt, n)\n"),
        ("n = 'VIR_DOMAIN_RUNNING'\n", "if n in x: pass\n"),
        ("", "for n in ('VIR_DOMAIN_RUNNING', 'VIR_DOMAIN_BLOCKED'): getattr(libvirt, n)\n"),
        ("g = f()\n", "g.x()\n"),
    ],
)
def test_many_of_them_take_linear_time(libvirt: Catalogue, head: str, line: str) -> None:
    start = time.process_time()
    asked(libvirt, {"a.py": f"{HEAD}d = libvirt.open('')\n{head}{line * 8000}"})
    assert time.process_time() - start < 15


def test_a_name_in_a_list_that_no_release_has(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"a.py": f"{HEAD}for n in ('VIR_SHIP_SINKS',):\n  getattr(libvirt, n)\n"})
    assert told(found, "unknown-name") == ["VIR_SHIP_SINKS"]
