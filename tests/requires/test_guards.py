"""Uses in Python programs that only look guarded: names with another meaning, functions with another way out."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

NAME = "VIR_DOMAIN_UNDEFINE_TPM"
USE = f"libvirt.{NAME}"
HELPER = "def ok(c, v):\n  {}\n\ndef f(c):\n  if ok(c, 8009000):\n    " + USE + "\n"
METHOD = "class A:\n  def ok(self, c, v):\n    return c.getLibVersion() >= v\n"


GUARDED = {
    "a constant": f"MIN = 8009000\ndef f(c):\n  if c.getLibVersion() >= MIN:\n    {USE}\n",
    "an annotated constant": f"MIN: int = 8009000\ndef f(c):\n  if c.getLibVersion() >= MIN:\n    {USE}\n",
    "a check of the module": f"new = libvirt.getVersion() >= 8009000\ndef f():\n  if new:\n    {USE}\n",
    "its own import": f"def f():\n  import libvirt\n  if libvirt.getVersion() >= 8009000:\n    {USE}\n",
    "a variable that is nothing first": f"def f(c):\n  v = 0\n  v = c.getLibVersion()\n  if v >= 8009000:\n    {USE}\n",
    "an attribute that is nothing first": "class A:\n  def __init__(self, c):\n    self.v = None\n    self.v = "
    f"c.getLibVersion()\n  def f(self):\n    if self.v >= 8009000:\n      {USE}\n",
    "a function": HELPER.format("return c.getLibVersion() >= v"),
    "a function that converts": HELPER.format("v = int(v)\n  return c.getLibVersion() >= v"),
    "a function with two ways": HELPER.format("if c.getLibVersion() < v:\n    return False\n  return True"),
    "a function that may fail": HELPER.format(
        "try:\n    if c.getLibVersion() < v:\n      return False\n    return True\n  except E:\n    return False"
    ),
    "a function without a version": HELPER.format("if v is None:\n    return True\n  return c.getLibVersion() >= v"),
    "operators": "import operator\ndef _ok(c, v=None, op=operator.lt):\n  if v is not None:\n    found = "
    "c.getLibVersion()\n    if op(found, int(v)):\n      return False\n  return True\n"
    f"def ok(c, v=None):\n  return _ok(c, v=v, op=operator.lt)\ndef f(c):\n  if ok(c, (8, 9, 0)):\n    {USE}\n",
    "a property": "class A:\n  @property\n  def new(self):\n    return self.c.getLibVersion() >= 8009000\n"
    f"  def f(self):\n    if self.new:\n      {USE}\n",
    "a method": f"{METHOD}def f(c):\n  if A().ok(c, 8009000):\n    {USE}\n",
    "a handler": f"try:\n  {USE}\nexcept AttributeError:\n  pass\n",
    "a list in a handler": f"try:\n  x = any({USE} for _ in y)\nexcept AttributeError:\n  pass\n",
    "a class that hands on": "class A:\n  def getLibVersion(self):\n    return self.c.getLibVersion()\n"
    f"def f():\n  if A().getLibVersion() >= 8009000:\n    {USE}\n",
    "a check that is false first": "def f(x, c):\n  new = False\n  if x:\n    new = c.getLibVersion() >= 8009000\n"
    f"  if new:\n    {USE}\n",
    "one of two checks": "def f(x, c):\n  if x:\n    new = c.getLibVersion() >= 9000000\n  else:\n"
    f"    new = c.getLibVersion() >= 8009000\n  if new:\n    {USE}\n",
    "a check that an object holds": "class A:\n  new = None\n  def __init__(self, c):\n    v = c.getLibVersion()\n"
    f"    self.new = v >= 8009000\n  def f(self):\n    if not self.new:\n      return\n    {USE}\n",
    "a check that a base class holds": "class A:\n  def __init__(self, c):\n"
    f"    self.new = c.getLibVersion() >= 8009000\nclass B(A):\n  def f(self):\n    if self.new:\n      {USE}\n",
    "suppress": f"import contextlib\nwith open(x), contextlib.suppress(KeyError, AttributeError):\n  {USE}\n",
    "suppress by its name": "from contextlib import suppress as quiet\ndef f():\n"
    f"  with quiet(AttributeError):\n    {USE}\n",
    "while": f"def f(c):\n  while c.getLibVersion() >= 8009000:\n    {USE}\n",
    "a case": f"def f(c):\n  match x:\n    case 1 if c.getLibVersion() >= 8009000:\n      {USE}\n",
    "a name of the module that is there": f"NEW = hasattr(libvirt, '{NAME}')\ndef f():\n  if NEW:\n    {USE}\n",
    "a function inside of a check": f"if libvirt.getVersion() >= 8009000:\n  def f():\n    {USE}\n",
}
CONSTANT = "MIN = 8009000\n{}\n  if c.getLibVersion() >= MIN:\n    " + USE + "\n"
HELD = "new = libvirt.getVersion() >= 8009000\n{}\n  if new:\n    " + USE + "\n"
OWN = (
    "class A:\n  def getLibVersion(self):\n    return 99999999\n{}\n  if c.getLibVersion() >= 8009000:\n    "
    + USE
    + "\n"
)
UNGUARDED = {
    "a parameter for a constant": CONSTANT.format("def f(c, MIN=0):"),
    "a keyword for a constant": CONSTANT.format("def f(c, *, MIN=0):"),
    "an import for a constant": CONSTANT.format("def f(c):\n  from cfg import MIN"),
    "a loop for a constant": CONSTANT.format("def f(c):\n  for MIN in (0, 1):\n    pass"),
    "a second value for a constant": CONSTANT.format("MIN += 1\ndef f(c):"),
    "a tuple for a constant": CONSTANT.format("MIN, MAX = 1, 2\ndef f(c):"),
    "a global for a constant": CONSTANT.format("def g():\n  global MIN\n  MIN = 0\ndef f(c):"),
    "an attribute for a constant": CONSTANT.format("def f(c, cfg):").replace(">= MIN", ">= cfg.MIN"),
    "its own attribute": CONSTANT.format("def f(self, c):").replace(">= MIN", ">= self.MIN"),
    "the smaller one": CONSTANT.format("def f(c):").replace(">= MIN", ">= min(MIN, x)"),
    "another case": f"def f(c):\n  match x:\n    case 1 if c.getLibVersion() >= 8009000:\n      pass\n    case _:\n"
    f"      {USE}\n",
    "after while": f"def f(c):\n  while c.getLibVersion() >= 8009000:\n    pass\n  {USE}\n",
    "a parameter for a check": HELD.format("def f(new):"),
    "an import for a check": HELD.format("def f():\n  from cfg import new"),
    "with for a check": HELD.format("def f():\n  with x() as new:\n    pass"),
    "an exception for a check": HELD.format("def f():\n  try:\n    x()\n  except E as new:\n    pass"),
    "a walrus for a check": HELD.format("def f():\n  print(new := True)"),
    "an updated check": HELD.format("new |= x\ndef f():"),
    "a global for a check": HELD.format("def g():\n  global new\n  new = True\ndef f():"),
    "a function for a check": HELD.format("def f():\n  def new(): pass"),
    "a comprehension": f"new = libvirt.getVersion() >= 8009000\nx = [{USE} if new else 0 for new in y]\n",
    "a parameter of lambda": f"new = libvirt.getVersion() >= 8009000\nx = lambda new: {USE} if new else 0\n",
    "nonlocal": "def f():\n  new = libvirt.getVersion() >= 8009000\n  def g():\n    nonlocal new\n    new = True\n"
    f"  g()\n  if new:\n    {USE}\n",
    "the name of a class": f"class A:\n  new = libvirt.getVersion() >= 8009000\ndef f():\n  if new:\n    {USE}\n",
    "one way only": "def f(x):\n  new = True\n  if x:\n    new = libvirt.getVersion() >= 8009000\n"
    f"  if new:\n    {USE}\n",
    "a version in a tuple": f"def f(c):\n  v = c.getLibVersion()\n  v, w = 9999999, 1\n  if v >= 8009000:\n    {USE}\n",
    "an updated version": f"def f(c):\n  v = c.getLibVersion()\n  v += 9000000\n  if v >= 8009000:\n    {USE}\n",
    "a version of a loop": f"def f(c):\n  v = c.getLibVersion()\n  for v in x:\n    if v >= 8009000:\n      {USE}\n",
    "an attribute set again": "class A:\n  def __init__(self, c):\n    self.v = c.getLibVersion()\n  def g(self):\n"
    f"    self.v = 9999999\n  def f(self):\n    if self.v >= 8009000:\n      {USE}\n",
    "true or": HELPER.format("return True or c.getLibVersion() >= v"),
    "something else or": HELPER.format('return os.environ.get("FORCE") or c.getLibVersion() >= v'),
    "another way out": HELPER.format("if any:\n    return True\n  return c.getLibVersion() >= v"),
    "no connection": HELPER.format("if c is None:\n    return True\n  return c.getLibVersion() >= v"),
    "after a loop": HELPER.format("for x in y:\n    if c.getLibVersion() < v:\n      return False\n  return True"),
    "what a handler returns": HELPER.format(
        "try:\n    return c.getLibVersion() >= v\n  except Exception:\n    return True"
    ),
    "suppressed": HELPER.format("with suppress(E):\n    if c.getLibVersion() < v:\n      return False\n  return True"),
    "a changed parameter": HELPER.format("v = 0\n  return c.getLibVersion() >= v"),
    "a generator": HELPER.format("yield\n  return c.getLibVersion() >= v"),
    "a handed-in operator": HELPER.format("return op(c.getLibVersion(), v)"),
    "another operator": "import operator\ndef ok(c, v, op=operator.lt):\n  if op(c.getLibVersion(), v):\n    "
    f"return False\n  return True\ndef f(c):\n  if ok(c, 8009000, op=operator.gt):\n    {USE}\n",
    "a method of another class": f"{METHOD}class B:\n  def ok(self, c, v):\n    return True\ndef f(c):\n"
    f"  if B().ok(c, 8009000):\n    {USE}\n",
    "another function of the name": f"{METHOD}def f(c, ok):\n  if ok(c, 8009000):\n    {USE}\n",
    "a method that is not called": "class A:\n  def new(self):\n    return self.c.getLibVersion() >= 8009000\n"
    f"  def f(self):\n    if self.new:\n      {USE}\n",
    "lambda in a handler": f"try:\n  X = lambda: {USE}\nexcept AttributeError:\n  pass\n",
    "a function in a handler": f"try:\n  def f():\n    {USE}\nexcept AttributeError:\n  pass\n",
    "a generator in a handler": f"try:\n  x = ({USE} for _ in y)\nexcept AttributeError:\n  pass\n",
    "the default of getattr": f"x = getattr(libvirt, 'VIR_DOMAIN_RUNNING', {USE})\n",
    "a handler that exits": f"try:\n  {USE}\nexcept AttributeError:\n  sys.exit(1)\n",
    "a handler that ends by a function": "def stop(text):\n  print(text)\n  sys.exit(1)\n"
    f"try:\n  {USE}\nexcept AttributeError:\n  stop('old')\n",
    "a handler behind one that raises": f"try:\n  {USE}\nexcept Exception:\n  raise\nexcept AttributeError:\n  pass\n",
    "true before a check": f"def f(x, c):\n  new = True\n  if x:\n    new = c.getLibVersion() >= 8009000\n"
    f"  if new:\n    {USE}\n",
    "a check or something else": "def f(x, c):\n  new = c.getLibVersion() >= 8009000\n  if x:\n    new = forced()\n"
    f"  if new:\n    {USE}\n",
    "not, of a check that was false first": "def f(x, c):\n  old = False\n  if x:\n"
    f"    old = c.getLibVersion() < 8009000\n  if not old:\n    {USE}\n",
    "a check that an object holds or not": "class A:\n  def __init__(self, c):\n"
    "    self.new = c.getLibVersion() >= 8009000\n  def force(self):\n    self.new = True\n"
    f"  def f(self):\n    if self.new:\n      {USE}\n",
    "a check that another object sets": "class A:\n  def __init__(self, c):\n"
    "    self.new = c.getLibVersion() >= 8009000\ndef g(a):\n  a.new = x\nclass B(A):\n  def f(self):\n"
    f"    if self.new:\n      {USE}\n",
    "a check of another class": "class A:\n  def __init__(self, c):\n    self.new = c.getLibVersion() >= 8009000\n"
    f"class B:\n  def f(self):\n    if self.new:\n      {USE}\n",
    "a check of another object": "class A:\n  def __init__(self, c):\n    self.new = c.getLibVersion() >= 8009000\n"
    f"  def f(self, cfg):\n    if cfg.new:\n      {USE}\n",
    "a method for a check": "class A:\n  def __init__(self, c):\n    self.new = c.getLibVersion() >= 8009000\n"
    f"class B(A):\n  def new(self):\n    pass\n  def f(self):\n    if self.new:\n      {USE}\n",
    "suppress of something else": f"import contextlib\nwith contextlib.suppress(KeyError):\n  {USE}\n",
    "suppress of the library's errors": "import contextlib\n"
    f"with contextlib.suppress(libvirt.libvirtError):\n  {USE}\n",
    "an own suppress": f"def suppress(x):\n  pass\nwith suppress(AttributeError):\n  {USE}\n",
    "suppress of another module": f"from mine import suppress\nwith suppress(AttributeError):\n  {USE}\n",
    "a handed-in suppress": "from contextlib import suppress\ndef f(suppress):\n"
    f"  with suppress(AttributeError):\n    {USE}\n",
    "a handed-in contextlib": "import contextlib\ndef f(contextlib):\n"
    f"  with contextlib.suppress(AttributeError):\n    {USE}\n",
    "before suppress": f"import contextlib\nwith {USE}, contextlib.suppress(AttributeError):\n  pass\n",
    "lambda in suppress": f"import contextlib\nwith contextlib.suppress(AttributeError):\n  x = lambda: {USE}\n",
    "an own class": OWN.format("def f():\n  c = A()"),
    "a parameter of an own class": OWN.format("def f(c: A):"),
    "an own class below": OWN.format("class B(A):\n  pass\ndef f():\n  c = B()"),
    "an own hasattr": f"def hasattr(a, b):\n  return True\nif hasattr(libvirt, '{NAME}'):\n  {USE}\n",
    "a handed-in hasattr": f"def f(hasattr):\n  if hasattr(libvirt, '{NAME}'):\n    {USE}\n",
    "a handed-in module": f"def f(libvirt):\n  if libvirt.getVersion() >= 8009000:\n    {USE}\n",
}

NEWER = {
    "assert": f"def f(c):\n  assert c.getLibVersion() >= 8009000\n  {USE}\n",
    "a case that takes the version": f"def f(c):\n  match c.getLibVersion():\n    case v if v >= 8009000:\n"
    f"      {USE}\n",
    "a case of a check": f"def f(c):\n  match c.getLibVersion() >= 8009000:\n    case True:\n      {USE}\n",
    "what a case before leaves": f"def f(c):\n  match c.getLibVersion():\n    case v if v < 8009000:\n      pass\n"
    f"    case _:\n      {USE}\n",
    "a name that is true after a use": f"try:\n  {USE}\n  HAVE = True\nexcept AttributeError:\n  HAVE = False\n"
    f"def f():\n  if HAVE:\n    {USE}\n",
    "a name that is true where a use went": f"try:\n  {USE}\nexcept AttributeError:\n  HAVE = False\nelse:\n"
    f"  HAVE = True\ndef f():\n  if HAVE:\n    {USE}\n",
    "a name that is false first, and true after a use": f"HAVE = False\ntry:\n  {USE}\n  HAVE = True\n"
    f"except AttributeError:\n  pass\ndef f():\n  if HAVE:\n    {USE}\n",
    "a name that is true after an import": f"try:\n  from libvirt import {NAME}\n  HAVE = True\n"
    f"except ImportError:\n  HAVE = False\ndef f():\n  if HAVE:\n    {USE}\n",
    "an import or nothing": f"try:\n  from libvirt import {NAME}\nexcept ImportError:\n  {NAME} = None\ndef f():\n"
    f"  if {NAME} is not None:\n    print({NAME})\n",
    "an import or zero": f"try:\n  from libvirt import {NAME}\nexcept ImportError:\n  {NAME} = 0\ndef f():\n"
    f"  if {NAME}:\n    print({NAME})\n",
    "a value or nothing": f"try:\n  X = {USE}\nexcept AttributeError:\n  X = None\ndef f():\n  if X:\n    {USE}\n",
    "getattr or nothing": f"X = getattr(libvirt, '{NAME}', None)\ndef f():\n  if X is not None:\n    {USE}\n",
    "a test of getattr": f"def f():\n  if getattr(libvirt, '{NAME}', None):\n    {USE}\n",
    "an attribute that is true after a use": f"class A:\n  def __init__(self):\n    try:\n      {USE}\n"
    f"      self.has = True\n    except AttributeError:\n      self.has = False\n  def f(self):\n    if self.has:\n"
    f"      {USE}\n",
    "an attribute that is true behind a check": f"class A:\n  def __init__(self, c):\n    self.has = False\n"
    f"    if c.getLibVersion() >= 8009000:\n      self.has = True\n  def f(self):\n    if self.has:\n      {USE}\n",
    "an attribute that is true if": f"class A:\n  def __init__(self, c):\n"
    f"    self.has = True if c.getLibVersion() >= 8009000 else False\n  def f(self):\n    if self.has:\n      {USE}\n",
    "a name that is true behind a check": f"HAS = False\nif libvirt.getVersion() >= 8009000:\n  HAS = True\n"
    f"def f():\n  if HAS:\n    {USE}\n",
    "a name that is true behind a check, else not": f"if libvirt.getVersion() >= 8009000:\n  HAS = True\nelse:\n"
    f"  HAS = False\ndef f():\n  if HAS:\n    {USE}\n",
    "after a handler that leaves": f"def f():\n  try:\n    {USE}\n  except AttributeError:\n    return\n  {USE}\n",
    "a walrus": f"def f(c):\n  if (v := c.getLibVersion()) >= 8009000:\n    {USE}\n",
    "a chain": f"def f(c):\n  if 8009000 <= c.getLibVersion() < 99000000:\n    {USE}\n",
    "a name in dir": f"def f():\n  if '{NAME}' in dir(libvirt):\n    {USE}\n",
    "a name in __dict__": f"def f():\n  if '{NAME}' in libvirt.__dict__:\n    {USE}\n",
    "bool": f"def f(c):\n  if bool(c.getLibVersion() >= 8009000):\n    {USE}\n",
    "a function that returns true behind a check": f"def ok(c):\n  if c.getLibVersion() >= 8009000:\n"
    f"    return True\n  return False\ndef f(c):\n  if ok(c):\n    {USE}\n",
    "a function that tries": f"def ok():\n  try:\n    {USE}\n    return True\n  except AttributeError:\n"
    f"    return False\ndef f():\n  if ok():\n    {USE}\n",
    "a function that leaves a handler": f"def ok():\n  try:\n    {USE}\n  except AttributeError:\n"
    f"    return False\n  return True\ndef f():\n  if ok():\n    {USE}\n",
    "a function that tries, else": f"def ok():\n  try:\n    {USE}\n  except AttributeError:\n    return False\n"
    f"  else:\n    return True\ndef f():\n  if ok():\n    {USE}\n",
    "a product": f"def f(c):\n  if c.getLibVersion() >= 8 * 1000000 + 9 * 1000:\n    {USE}\n",
    "the filter of a comprehension": f"x = [{USE} for d in y if hasattr(libvirt, '{NAME}')]\n",
    "only an import": f"try:\n  from libvirt import {NAME} as P\nexcept ImportError:\n  P = None\nprint(P)\n",
}
WITH = (
    "def new(fn):\n  def run(*a):\n    if libvirt.getVersion() < 8009000:\n      {}\n    return fn(*a)\n  return run\n"
)
DECORATED = f"@new\ndef f():\n  {USE}\n"
TAKING = "import functools\ndef new(*v):\n  def wrap(fn):\n    @functools.wraps(fn)\n    def run(self, *a):\n{}"
TAKING += "\n      return fn(self, *a)\n    return run\n  return wrap\n"
LOOKING = "      if self.c.getLibVersion() < conv(v):\n        raise Old()"
NUMBERS = "def new(major, minor, micro=0):\n  want = major * 1000000 + minor * 1000 + micro\n  def wrap(fn):\n"
NUMBERS += "    if libvirt.getVersion() < want:\n      return None\n    return fn\n  return wrap\n"
NEWER |= {
    "a decorator": WITH.format("return None") + DECORATED,
    "a decorator that raises": WITH.format("raise Old") + DECORATED,
    "a decorator of a version": TAKING.format(LOOKING) + DECORATED.replace("@new", "@new(8, 9)"),
    "a decorator of numbers": NUMBERS + DECORATED.replace("@new", "@new(8, minor=9)"),
    "skipUnless": DECORATED.replace("@new", "@unittest.skipUnless(libvirt.getVersion() >= 8009000, 'old')"),
    "skipif": DECORATED.replace("@new", "@pytest.mark.skipif(libvirt.getVersion() < 8009000, reason='old')"),
}
GUARDED |= NEWER
UNGUARDED |= {
    "a decorator that only tells": WITH.format("print('old')") + DECORATED,
    "a decorator that keeps": "def new(fn):\n  ALL.append(fn)\n" + WITH.partition("\n")[2].format("return") + DECORATED,
    "a decorator of another module": f"from other import new\n{DECORATED}",
    "a decorator of an older version": TAKING.format(LOOKING) + DECORATED.replace("@new", "@new(*x)"),
    "two decorators of a name": WITH.format("return") + "def g():\n  def new(fn):\n    return fn\n" + DECORATED,
    "a decorator with another way": WITH.format("return fn(*a)") + DECORATED,
    "a decorator that changes the version": NUMBERS.replace("  def wrap", "  want = 0\n  def wrap", 1)
    + DECORATED.replace("@new", "@new(8, 9)"),
    "skipIf": DECORATED.replace("@new", "@unittest.skipIf(libvirt.getVersion() >= 8009000, 'new')"),
}
UNGUARDED |= {
    "the end of the program": f"def f(c):\n  if c.getLibVersion() < 8009000:\n    raise SystemExit\n  {USE}\n",
    "another import": f"try:\n  from libvirt import VIR_DOMAIN_RUNNING\n  {USE}\nexcept ImportError:\n  pass\n",
    "true before a use": f"try:\n  HAVE = True\n  {USE}\nexcept AttributeError:\n  HAVE = False\nif HAVE:\n  {USE}\n",
    "true in a handler": f"HAVE = False\ntry:\n  {USE}\nexcept AttributeError:\n  HAVE = True\nif HAVE:\n  {USE}\n",
    "true after it all": f"HAVE = False\ntry:\n  {USE}\nexcept AttributeError:\n  pass\nHAVE = True\nif HAVE:\n"
    f"  {USE}\n",
    "true after a use that may not run": f"HAVE = False\ntry:\n  x and {USE}\n  HAVE = True\nexcept AttributeError:\n"
    f"  pass\nif HAVE:\n  {USE}\n",
    "a check that is something": f"NEW = libvirt.getVersion() >= 8009000\nif NEW is not None:\n  {USE}\n",
    "false or nothing": f"X = getattr(libvirt, '{NAME}', False)\nif X is not None:\n  {USE}\n",
    "a default that is true": f"if getattr(libvirt, '{NAME}', True):\n  {USE}\n",
    "one handler that goes on": f"def f():\n  try:\n    x()\n    {USE}\n  except AttributeError:\n    return\n"
    f"  except KeyError:\n    pass\n  {USE}\n",
    "the case of a check that fails": f"def f(c):\n  match c.getLibVersion() >= 8009000:\n    case False:\n"
    f"      {USE}\n",
    "a case of something else": f"def f(c):\n  match x:\n    case v if v >= 8009000:\n      {USE}\n",
    "a case before": f"def f(c):\n  match c.getLibVersion():\n    case 1 if c.getLibVersion() < 8009000:\n      pass\n"
    f"    case _:\n      {USE}\n",
    "a function with one more way": f"def ok(c):\n  if c.getLibVersion() >= 8009000:\n    return True\n  return x\n"
    f"def f(c):\n  if ok(c):\n    {USE}\n",
    "if, or true": f"def f(c):\n  if True if x else c.getLibVersion() >= 8009000:\n    {USE}\n",
    "not in dir": f"if '{NAME}' not in dir(libvirt):\n  {USE}\n",
    "a part of a chain": f"def f(c):\n  if 0 <= c.getLibVersion() < 8009000:\n    {USE}\n",
    "the filter of another one": f"x = [d for d in y if hasattr(libvirt, '{NAME}')]\n{USE}\n",
    "an import that is there": f"try:\n  from libvirt import {NAME}\nexcept ImportError:\n  raise\nprint({NAME})\n",
}


@pytest.mark.parametrize("name", GUARDED)
def test_what_is_a_check(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.py": f"import libvirt\n{GUARDED[name]}"})
    assert not found.problems
    assert NAME in told(found, "optional-feature")
    assert told(found, "weak-check") == []


@pytest.mark.parametrize("name", UNGUARDED)
def test_what_is_no_check(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.py": f"import libvirt\n{UNGUARDED[name]}"})
    assert not found.problems
    assert told(found, "sets-floor") == [NAME]


IMPORTS = {
    "from cfg import MIN": "MIN",
    "from .cfg import MIN": "MIN",
    "from app import cfg": "cfg.MIN",
    "import app.cfg as k": "k.MIN",
    "from cfg import MIN\nLEAST = MIN": "LEAST",
    "from .sub import MIN": "MIN",
    "from app.sub import *": "MIN",
    "from .cfg import *": "MIN",
}


@pytest.mark.parametrize("test", IMPORTS)
def test_constants_of_modules(libvirt: Catalogue, test: str) -> None:
    text = f"import libvirt\n{test}\ndef f(c):\n  if c.getLibVersion() >= {IMPORTS[test]}:\n    {USE}\n"
    held = "import libvirt\nMIN = 8009000\n"
    files = {"app/a.py": text, "app/sub.py": "import libvirt\nfrom .cfg import MIN\n"}
    without = {**files, "app/other.py": held, "app/cfg.py": "MIN = 0\n"}
    assert told(asked(libvirt, without), "sets-floor") == [NAME]
    assert told(asked(libvirt, {**files, "app/cfg.py": held}), "optional-feature") == [NAME]


def test_a_constant_by_another_name(libvirt: Catalogue) -> None:
    text = f"import libvirt\nfrom cfg import LEAST as MIN\ndef f(c):\n  if c.getLibVersion() >= MIN:\n    {USE}\n"
    held = "import libvirt\nMIN = 8009000\nLEAST = 0\n"
    assert told(asked(libvirt, {"a.py": text, "cfg.py": held}), "sets-floor") == [NAME]


def test_the_module_that_is_meant(libvirt: Catalogue) -> None:
    text = f"import libvirt\nfrom . import v\ndef f(c):\n  if c.getLibVersion() >= v.MIN:\n    {USE}\n"
    files = {"q/a.py": text, "q/v.py": "MIN = 1\n", "p/v.py": "import libvirt\nMIN = 8009000\n"}
    assert told(asked(libvirt, files), "sets-floor") == [NAME]
    assert told(asked(libvirt, {**files, "q/v.py": files["p/v.py"]}), "optional-feature") == [NAME]


@pytest.mark.parametrize("test", ["from cfg import ok", "from cfg import new", "import cfg"])
def test_functions_of_modules(libvirt: Catalogue, test: str) -> None:
    called = {"ok": "ok(c, 8009000)", "new": "new()", "cfg": "cfg.ok(c, 8009000)"}[test.rpartition(" ")[2]]
    text = f"import libvirt\n{test}\ndef f(c):\n  if {called}:\n    {USE}\n"
    held = "import libvirt\ndef ok(c, v):\n  return c.getLibVersion() >= v\n"
    held += "def new():\n  return libvirt.getVersion() >= 8009000\n"
    assert told(asked(libvirt, {"a.py": text, "other.py": held}), "sets-floor") == [NAME]
    assert NAME in told(asked(libvirt, {"a.py": text, "cfg.py": held}), "optional-feature")


CHECKS = {
    "from cfg import NEW": "NEW",
    "from app.cfg import NEW": "NEW",
    "import cfg": "cfg.NEW",
    "from . import cfg": "cfg.NEW",
}


@pytest.mark.parametrize("test", CHECKS)
def test_checks_of_modules(libvirt: Catalogue, test: str) -> None:
    text = f"import libvirt\n{test}\ndef f(c):\n  if {CHECKS[test]}:\n    {USE}\n"
    held = "import libvirt\nNEW = libvirt.getVersion() >= 8009000\n"
    assert NAME in told(asked(libvirt, {"app/a.py": text, "app/cfg.py": held}), "optional-feature")
    others = {
        "app/cfg.py": "import libvirt\nNEW = True\n",
        "app/more.py": "import libvirt\nNEW = x\n",
        "app/set.py": "import libvirt, cfg\ncfg.NEW = True\n",
    }
    for path, other in others.items():
        files = {"app/a.py": text, "app/cfg.py": held, path: other}
        assert told(asked(libvirt, files), "sets-floor") == [NAME]
    handed = text.replace("def f(c", f"def f(c, {CHECKS[test].split('.')[0]}")
    assert told(asked(libvirt, {"app/a.py": handed, "app/cfg.py": held}), "sets-floor") == [NAME]
    assert told(asked(libvirt, {"app/a.py": text, "app/other.py": held}), "sets-floor") == [NAME]


USES = {
    "c.nwfilterDefineXMLFlags('x', 0)": "virNWFilterDefineXMLFlags",
    "c.networkLookupByName('n').DHCPLeases()": "virNetworkGetDHCPLeases",
    "c.lookupByName('d').FDAssociate('n', [])": "virDomainFDAssociate",
    f"from libvirt import *\nprint({NAME})": NAME,
    f"L = libvirt\nprint(L.{NAME})": NAME,
    f"class A:\n  def f(self):\n    self.lib = libvirt\n    print(self.lib.{NAME})": NAME,
    f"class A:\n  lib = libvirt\n  def f(self):\n    print(self.lib.{NAME})": NAME,
}


@pytest.mark.parametrize("text", USES)
def test_uses(libvirt: Catalogue, text: str) -> None:
    assert told(asked(libvirt, {"a.py": f"import libvirt\n{text}\n"}), "sets-floor") == [USES[text]]


BASE = "class D({}):\n  def graphicsReload(self):\n    return super().graphicsReload()\nD(x).create()\n"


@pytest.mark.parametrize("base", ["libvirt.virDomain", "x, libvirt.virDomain", "virDomain"])
def test_a_method_of_a_base_class(libvirt: Catalogue, base: str) -> None:
    text = f"import libvirt\nfrom libvirt import virDomain\n{BASE.format(base)}"
    assert told(asked(libvirt, {"a.py": text}), "sets-floor") == ["virDomainGraphicsReload"]
    other = f"import libvirt\n{BASE.format('other.Domain')}libvirt.open()\n"
    assert told(asked(libvirt, {"a.py": other}), "sets-floor") == []
