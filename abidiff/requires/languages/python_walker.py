"""The uses of one Python file, in the order of its statements, each behind the checks around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.facts import UNKNOWN, Condition, Facts, guard_of, refusal, shortened
from abidiff.requires.languages.callers import Callers
from abidiff.requires.languages.python_bindings import File
from abidiff.requires.languages.python_conditions import Conditions, Known, either
from abidiff.requires.languages.python_decorators import behind, skipped
from abidiff.requires.languages.python_handlers import (
    ATTRIBUTE,
    IMPORT,
    demanded,
    exceptions,
    exits,
    later,
    raises,
    suppressing,
    whole,
)
from abidiff.requires.languages.python_index import (
    Function,
    Index,
    Inside,
    class_of,
    is_nothing,
    parameters,
    statements,
    targets,
)
from abidiff.requires.languages.python_lookups import NOBODY, Texts, asked_in_vain, getters, lookup, looped
from abidiff.requires.languages.python_names import MODULES, is_own
from abidiff.requires.languages.python_scope import Scope
from abidiff.requires.languages.python_sure import surely_run, unconditional
from abidiff.requires.languages.python_types import Kind, Types, annotated, is_none
from abidiff.requires.languages.python_ways import goes_on, leaves, presences
from abidiff.requires.model import Guard, Use

CLASSES = ("vir", "libvirtError")
CONSUMING = frozenset(("all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"))

MOST_GUARDS = 200
"""So many checks around a use count: the further ones inside of them are as if they were not there."""


class Walker:
    """Goes through one file in the order of its statements.

    ``loops``     variables of loops → the texts that they have.
    ``caught``    exceptions that handlers around it let pass.
    ``provided``  names that the application gives the bindings itself.
    """

    def __init__(
        self,
        file: File,
        index: Index,
        catalogue: Catalogue,
        conditions: Conditions,
        types: Types,
        callers: Callers,
        provided: Mapping[str, Location],
        *,
        is_reached: bool,
    ) -> None:
        self.file = file
        self.catalogue = catalogue
        self.conditions = conditions
        self.called = types.called
        self.own = types.own
        self.types = types
        self.callers = callers
        self.guards: list[Guard] = []
        self.refusals: list[Guard] = []
        self.index = index
        built_in = frozenset(name for name in ("hasattr", "getattr") if name in index.top.bound)
        several = frozenset(name for name, values in index.top.bound.items() if len(values) > 1 and None in values)
        fakes = conditions.versions.fakes_in(index.top)
        self.scope = Scope(index.top, {}, set(), {}, built_in | several | index.top.foreign, fakes)
        self.seen = self.scope
        self.suppressors = index.suppressors()
        self.sure = surely_run(index)
        nodes = (each.node for each in index.functions)
        self.raising = frozenset(node.name for node in nodes if isinstance(node, Function) and raises(node.body[-1:]))
        self.getters = getters(index)
        self.loops: dict[str, Texts] = {}
        self.caught: frozenset[str] = frozenset()
        self.provided = provided
        self.binds = is_reached or bool(file.aliases or file.imported or file.all_names)

    def body(self, statements: Sequence[ast.stmt], guards: tuple[Guard, ...]) -> None:
        """Go through a block; what follows a check that leaves is behind its opposite."""
        refusing = {id(each) for each in unconditional(statements)} if self.is_sure(statements) else ()
        for statement in statements:
            self.statement(statement, guards)
            if id(statement) in refusing:
                self.refuse(statement)
            if isinstance(statement, ast.If):
                condition = self.condition(statement.test)
                if self.passes(statement.body):
                    guards = self.behind(guards, condition.no, statement.test, "not ")
                if self.passes(statement.orelse):
                    guards = self.behind(guards, condition.yes, statement.test)
            elif isinstance(statement, ast.Assert) and self.scope.inside is not self.index.top:
                guards = self.behind(guards, self.condition(statement.test).yes, statement.test)
            elif isinstance(statement, ast.Try | ast.TryStar) and goes_on(statement):
                for test in (test for each in statement.body for test in presences(each)):
                    facts = self.condition(test).yes
                    guards = (*guards, guard_of(facts, "try", self.place(statement))) if facts else guards

    def refuse(self, statement: ast.stmt) -> None:
        """Take in a statement of a module that ends the program on all releases below a version."""
        test = demanded(statement)
        if test is not None:
            text = shortened(ast.unparse(statement).partition("\n")[0])
            self.refusals += refusal(self.condition(test), text, self.place(statement))

    def is_sure(self, statements: Sequence[ast.stmt]) -> bool:
        """Tell whether a block is that of the module, or of a function that runs whenever the module does."""
        node = self.scope.inside.node
        return statements is self.index.tree.body or (node in self.sure and statements is node.body)

    def passes(self, body: Sequence[ast.stmt]) -> bool:
        """Tell whether only some releases come past a block, and the program serves the others too."""
        is_whole = self.scope.inside is self.index.top and bool(body) and isinstance(body[-1], ast.Raise)
        return leaves(body) and not is_whole and not exits(body[-1])

    def statement(self, node: ast.stmt, guards: tuple[Guard, ...]) -> None:
        """Go through one statement."""
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=orelse):
                self.body(orelse, guards)
            case ast.If(test=test, body=body, orelse=orelse):
                condition = self.condition(test)
                self.expression(test, guards)
                self.body(body, self.behind(guards, condition.yes, test))
                self.body(orelse, self.behind(guards, condition.no, test, "not "))
            case ast.Try() | ast.TryStar():
                self.trial(node, guards)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node, guards)
            case ast.With(items=items, body=body):
                for item in items:
                    self.expression(item.context_expr, guards)
                    self.hold(item.optional_vars, item.context_expr)
                    guards = (*guards, *self.suppressed(item.context_expr, body))
                self.body(body, guards)
            case ast.While(test=test, body=body, orelse=orelse):
                self.expression(test, guards)
                self.body(body, self.behind(guards, self.condition(test).yes, test))
                self.body(orelse, guards)
            case ast.ClassDef(body=body):
                for each in (*node.decorator_list, *node.bases):
                    self.expression(each, guards)
                outer, inside = self.scope, self.index.scopes[node]
                self.scope = outer.within(inside, inside.bound, inside.hidden())
                self.body(body, guards)
                self.scope = outer
            case ast.ImportFrom(module=module, names=names) if module in MODULES:
                for one in names:
                    self.use(one.name, self.names(one.name), node, guards)
            case ast.Match():
                self.matched(node, guards)
            case _:
                self.other(node, guards)

    def other(self, node: ast.stmt, guards: tuple[Guard, ...]) -> None:
        """Go through a statement that has blocks or only expressions."""
        if isinstance(node, ast.Assign | ast.AnnAssign):
            self.remember(node)
        elif isinstance(node, ast.For | ast.AsyncFor):
            self.hold(node.target, node.iter, each=True)
            self.loops.update(looped(node.target, node.iter, self.scope.inside))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            self.attribute(node.target.value, node.target.attr, node.target, guards)
        for _, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                self.expression(value, guards)
            elif isinstance(value, list):
                if value and isinstance(value[0], ast.stmt):
                    self.body(value, guards)
                else:
                    self.several(value, guards)

    def several(self, values: list[object], guards: tuple[Guard, ...]) -> None:
        """Go through a list of parts that are no statements."""
        for value in values:
            if isinstance(value, ast.expr):
                self.expression(value, guards)
            elif isinstance(value, ast.AST):
                for child in ast.iter_child_nodes(value):
                    if isinstance(child, ast.expr):
                        self.expression(child, guards)

    def matched(self, node: ast.Match, guards: tuple[Guard, ...]) -> None:
        """Go through ``match``: cases that take everything behind a check, and those of a check that holds or not."""
        self.expression(node.subject, guards)
        condition, told = self.condition(node.subject), self.tells(node.subject)
        wholes = [whole(each.pattern) for each in node.cases]
        for each, name in zip(node.cases, wholes, strict=True):
            for pattern in ast.walk(each.pattern):
                if isinstance(pattern, ast.MatchValue):
                    self.expression(pattern.value, guards)
            here, after, test = guards, Facts(), each.guard
            known = name and told and len(self.scope.inside.bound.get(name, ())) == wholes.count(name)
            if name and known:
                self.scope.versions.add(name)
            if test is not None:
                self.expression(test, guards)
                facts = self.condition(test)
                here = self.behind(here, facts.yes, test)
                after = facts.no if name is not None else Facts()
            elif isinstance(each.pattern, ast.MatchSingleton) and each.pattern.value is not None:
                test, is_true = node.subject, each.pattern.value
                here = self.behind(here, condition.yes if is_true else condition.no, test)
                after = condition.no if is_true else condition.yes
            self.body(each.body, here)
            guards = self.behind(guards, after, test, "not ") if test is not None else guards
            if name:
                self.scope.versions.discard(name)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, guards: tuple[Guard, ...]) -> None:
        """Go through a function with variables of its own."""
        for each in (*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)):
            self.expression(each, guards)
        checks = [check for each in node.decorator_list for check in self.decorated(each)]
        outer, seen, inside = self.scope, self.seen, self.index.scopes[node]
        fakes = self.conditions.versions.fakes_in(inside)
        self.scope = self.seen = (seen if isinstance(outer.inside.node, ast.ClassDef) else outer).within(
            inside, inside.bound, inside.hidden(), fakes
        )
        loops, caught = self.loops, self.caught
        self.loops = {name: held for name, held in loops.items() if name not in inside.bound}
        self.caught = frozenset()
        self.body(node.body, (*later(guards), *checks))
        self.scope, self.seen = outer, seen
        self.loops, self.caught = loops, caught

    def decorated(self, decorator: ast.expr) -> tuple[Guard, ...]:
        """Return the checks that a decorator puts before a function."""
        test = skipped(decorator)
        if test is not None:
            facts = self.condition(test[0])
            return self.behind((), facts.yes if test[1] else facts.no, test[0], "" if test[1] else "not ")
        return self.behind((), behind(decorator, self.conditions), decorator, "@")

    def trial(self, node: ast.Try | ast.TryStar, guards: tuple[Guard, ...]) -> None:
        """Go through ``try``: a handler that catches the missing name and does not raise again is a check."""
        for imports, several in groupby(node.body, lambda each: isinstance(each, ast.Import | ast.ImportFrom)):
            missing = IMPORT if imports else ATTRIBUTE
            inner = guards
            handler = next((each for each in node.handlers if missing & exceptions(each)), None)
            if handler is not None and not self.ends(handler):
                words = ", ".join(sorted(exceptions(handler) & missing))
                inner = (*guards, Guard(f"except {words}", self.place(node), handles=True))
            outer = self.caught
            self.caught = outer.union(*(exceptions(each) for each in node.handlers if not self.ends(each)))
            self.body(list(several), inner)
            self.caught = outer
        self.body(node.orelse, guards)
        for handler in node.handlers:
            self.body(handler.body, guards)
        self.body(node.finalbody, guards)

    def suppressed(self, manager: ast.expr, body: Sequence[ast.stmt]) -> Iterator[Guard]:
        """Yield the check that ``contextlib.suppress`` is where it lets the missing name pass."""
        name, names = suppressing(manager, body, self.suppressors)
        if names and all(isinstance(each, ast.Import | ast.ImportFrom) for each in self.binders(name)):
            yield Guard(f"suppress({', '.join(sorted(names))})", self.place(manager), handles=True)

    def binders(self, name: str) -> Sequence[ast.AST | None]:
        """Return what binds a name in the innermost scope that does."""
        inside: Inside | None = self.scope.inside
        while inside is not None and name not in inside.bound:
            inside = inside.outer
        return inside.bound[name] if inside is not None else ()

    def ends(self, handler: ast.ExceptHandler) -> bool:
        """Tell whether a handler raises again, or ends the program, itself or by an own function that does only so."""
        if raises(handler.body):
            return True
        called = {
            each.value.func.id
            for each in statements(handler.body)
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call) and isinstance(each.value.func, ast.Name)
        }
        return not called.isdisjoint(self.raising)

    def remember(self, node: ast.Assign | ast.AnnAssign) -> None:
        """Keep what an assignment gives to variables."""
        several = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None:
            for target in several:
                self.hold(target, node.value)
                self.loops.pop(target.id if isinstance(target, ast.Name) else "", None)
        names = [target.id for target in several if isinstance(target, ast.Name)]
        if isinstance(node, ast.AnnAssign) and names and (kind := annotated(node.annotation, self.file)):
            self.scope.types[names[0]] = kind
        if not names or node.value is None:
            return
        condition = self.condition(node.value)
        for name in names:
            values = self.scope.inside.bound.get(name, [])
            self.scope.conditions.pop(name, None)
            self.scope.versions.discard(name)
            if self.scope.inside is self.index.top and name in self.conditions.versions.changed:
                continue
            if len(values) > 1 or values[:1] != [node.value]:
                condition = self.several_conditions(values)
            if condition.yes or condition.no:
                self.scope.conditions[name] = condition
            if self.tells(node.value) and all(each is not None and self.is_version(each) for each in values):
                self.scope.versions.add(name)

    def several_conditions(self, values: Sequence[ast.AST | None]) -> Condition:
        """Return what a variable says that holds one of several values."""
        told = [self.condition(each) if isinstance(each, ast.expr) else UNKNOWN for each in values]
        return either(told, values)

    def tells(self, node: ast.AST) -> bool:
        """Tell whether an expression is the library's version here."""
        return self.conditions.versions.tells(node, self.scope.versions, self.scope.fakes)

    def is_version(self, node: ast.AST) -> bool:
        """Tell whether a value is the library's version, or stands for none."""
        return is_nothing(node) or self.tells(node)

    def kind_of(self, node: ast.expr) -> Kind | None:
        """Return the class of the bindings that an expression is known to have."""
        match node:
            case ast.Call(func=ast.Name(id="super")):
                base = self.base()
                return Kind(base) if base else None
        return self.types.of(node, self.file, self.scope.inside, self.scope.types)

    def hold(self, target: ast.expr | None, value: ast.expr, *, each: bool = False) -> None:
        """Keep the class of what a variable is given, or with ``each`` of one of several objects."""
        match target, value:
            case ast.Tuple(elts=[_, one]), ast.Call(func=ast.Name(id="enumerate"), args=[of, *_]) if each:
                self.hold(one, of, each=True)
            case ast.Tuple(elts=several) | ast.List(elts=several), ast.Tuple(elts=values) if len(several) == len(
                values
            ):
                for one, of in zip(several, values, strict=True):
                    self.hold(one, of)
            case ast.Name(id=name), _:
                kind = self.kind_of(value)
                self.scope.types.pop(name, None)
                if kind is not None and kind.many >= each:
                    self.scope.types[name] = kind._replace(many=kind.many and not each)

    def base(self) -> str:
        """Return the class of the bindings that the class around is made of, or nothing."""
        inside: Inside | None = self.scope.inside
        while inside is not None and not isinstance(inside.node, ast.ClassDef):
            inside = inside.outer
        for each in inside.node.bases if inside is not None and isinstance(inside.node, ast.ClassDef) else ():
            match each:
                case ast.Attribute(value=of, attr=name) if self.file.is_bindings(of):
                    return name
                case ast.Name(id=name) if name in self.file.imported:
                    return self.file.imported[name]
        return ""

    def expression(self, node: ast.expr, guards: tuple[Guard, ...]) -> None:
        """Go through an expression."""
        hidden = self.scope.hidden
        named = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if named in self.callers.outer:
            self.callers.refer(named, self.around(), guards)
        match node:
            case ast.BoolOp(op=operator, values=values):
                for value in values:
                    self.expression(value, guards)
                    condition = self.condition(value)
                    facts = condition.yes if isinstance(operator, ast.And) else condition.no
                    guards = self.behind(guards, facts, value, "" if isinstance(operator, ast.And) else "not ")
                return
            case ast.IfExp(test=test, body=body, orelse=orelse):
                condition = self.condition(test)
                self.expression(test, guards)
                self.expression(body, self.behind(guards, condition.yes, test))
                self.expression(orelse, self.behind(guards, condition.no, test, "not "))
                return
            case ast.Lambda(args=args, body=body):
                for each in (*args.defaults, *(one for one in args.kw_defaults if one is not None)):
                    self.expression(each, guards)
                self.part(body, parameters(args), later(guards))
                return
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                self.comprehension(node, guards)
                return
            case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() as each]) if name in CONSUMING:
                self.comprehension(each, guards, at_once=True)
                return
            case ast.Attribute(value=receiver, attr=name, ctx=ast.Load() | ast.Del()):
                self.in_vain(receiver, guards)
                self.attribute(receiver, name, node, guards)
            case ast.Call(func=function):
                if "TypeError" not in self.caught:
                    self.in_vain(function, guards)
                if self.looked_up(node, guards):
                    return
            case ast.Subscript():
                self.looked_up(node, guards)
            case ast.Name(id=name) if self.file.all_names and name.startswith(("VIR_", "vir")) and name not in hidden:
                self.use(name, self.names(name), node, guards)
                return
            case ast.Name(id=name) if name in self.file.imported:
                if not all(isinstance(each, ast.ImportFrom) for each in self.binders(name)):
                    return
                self.use(self.file.imported[name], self.names(self.file.imported[name]), node, guards)
                return
        for part in node._fields:
            child = getattr(node, part)
            if isinstance(child, ast.expr):
                self.expression(child, guards)
            elif isinstance(child, list):
                for each in child:
                    if isinstance(each, ast.expr):
                        self.expression(each, guards)
                    elif isinstance(each, ast.keyword):
                        self.expression(each.value, guards)

    def looked_up(self, node: ast.expr, guards: tuple[Guard, ...]) -> bool:
        """Take in what an expression asks an object for by texts; tell whether all in it was looked at."""
        found = lookup(node, self.getters, self.scope.inside, self.loops)
        if found is None:
            return False
        known = guards
        if (found.handled and "getattr" not in self.scope.hidden) or not self.caught.isdisjoint(found.missing):
            word = f"getattr(…, {found.names[0]!r}, …)" if found.names else "getattr"
            known = (*guards, Guard(word, self.place(node), handles=True))
        for name in found.names:
            *path, last = name.split(".")
            receiver = found.receiver
            for each in path:
                self.attribute(receiver, each, node, known)
                receiver = ast.Attribute(receiver, each, ast.Load())
            self.attribute(receiver, last, node, known)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
            for part in (*node.args, *node.func.args, *(one.value for one in (*node.keywords, *node.func.keywords))):
                self.expression(part, guards)
            return True
        return False

    def in_vain(self, node: ast.expr, guards: tuple[Guard, ...]) -> None:
        """Take in what ``getattr`` gave, or its default, and the program uses without a look."""
        if "getattr" not in self.scope.hidden and (asked := asked_in_vain(node, self.scope.inside)) is not None:
            self.attribute(*asked, node, guards)

    def comprehension(
        self,
        node: ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp,
        guards: tuple[Guard, ...],
        *,
        at_once: bool = False,
    ) -> None:
        """Go through a comprehension; all of a generator but what it begins with runs when it is asked."""
        first = node.generators[0]
        self.expression(first.iter, guards)
        if isinstance(node, ast.GeneratorExp) and not at_once:
            guards = later(guards)
        names = [name for each in node.generators for name in targets(each.target)]
        values = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        outer = self.scope
        self.scope = outer.within(outer.inside, names, names)
        loops, self.loops = self.loops, {name: held for name, held in self.loops.items() if name not in names}
        for each in node.generators:
            self.hold(each.target, each.iter, each=True)
            self.loops.update(looped(each.target, each.iter, outer.inside))
            if each is not first:
                self.expression(each.iter, guards)
            for test in each.ifs:
                self.expression(test, guards)
                guards = self.behind(guards, self.condition(test).yes, test)
        for value in values:
            self.expression(value, guards)
        self.scope, self.loops = outer, loops

    def part(self, node: ast.expr, names: list[str], guards: tuple[Guard, ...]) -> None:
        """Go through an expression with variables of its own."""
        outer = self.scope
        self.scope = outer.within(outer.inside, names, names)
        self.expression(node, guards)
        self.scope = outer

    def attribute(self, receiver: ast.expr, name: str, node: ast.expr, guards: tuple[Guard, ...]) -> None:
        """Take in ``receiver.name``."""
        module = receiver.id if isinstance(receiver, ast.Name) else ""
        if self.file.is_bindings(receiver):
            names = self.names(name)
            is_unknown = not names and self.is_only_bindings(receiver) and not is_own(name, self.called)
            if not name.startswith(CLASSES) or self.catalogue.get(name) or is_unknown:
                self.use(name, (name,) if is_unknown else names, node, self.with_own(name, node, guards))
            return
        if handed := self.file.handed_on(receiver, name):
            self.use(handed, self.names(handed), node, guards)
            return
        if module in self.file.others or not self.binds:
            return
        if receiver is NOBODY and name.startswith(("VIR_", "vir")):
            self.use(name, self.names(name), node, guards)
            return
        names = self.called.get(name, ())
        kind = self.kind_of(receiver)
        chosen = self.types.chosen(name, kind)
        if chosen:
            self.use(name, chosen, node, guards)
        elif names and name not in self.own and name.lower() != name:
            self.use(name, names, node, guards)
        elif kind is not None and kind.sure and not kind.many and not names and self.is_foreign(name):
            self.use(f"{kind.name}.{name}", (name,), node, guards)

    def with_own(self, name: str, node: ast.expr, guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
        """Return the checks of a name of the bindings, with what the application gives these where it is missing."""
        place = self.provided.get(name)
        if place is None or (self.scope.inside is self.index.top and self.place(node) <= place):
            return guards
        return (*guards, Guard(f"libvirt.{name} = …", place, handles=True))

    def is_only_bindings(self, receiver: ast.expr) -> bool:
        """Tell whether a name is that of the bindings, as ``import libvirt`` gives it, or of nothing."""
        name = receiver.id if isinstance(receiver, ast.Name) else ""
        return name in self.file.plain and all(
            isinstance(each, ast.Import) or is_none(each) for each in self.binders(name)
        )

    def is_foreign(self, name: str) -> bool:
        """Tell whether a method is none of the bindings, nor one that the application gave their classes."""
        return not is_own(name, self.called) and name not in self.own and name not in self.conditions.versions.changed

    def names(self, name: str) -> tuple[str, ...]:
        """Return the names of the library that an attribute of the module stands for."""
        return (name,) if self.catalogue.get(name) else self.called.get(name, ())

    def use(self, name: str, names: tuple[str, ...], node: ast.AST, guards: tuple[Guard, ...]) -> None:
        """Keep a use; a name that only C has, and one that the bindings made themselves, is none."""
        if names or name.startswith("VIR_"):
            self.callers.uses.append((Use(name, names or (name,), self.place(node), guards), self.around()))

    def around(self) -> str:
        """Return the innermost function around that is the only one of its name, or nothing."""
        inside: Inside | None = self.scope.inside
        while inside is not None:
            name = inside.node.name if isinstance(inside.node, Function) else ""
            if name in self.callers.outer:
                return name
            inside = inside.outer
        return ""

    def condition(self, node: ast.expr) -> Condition:
        """Return what a condition says here."""
        scope = self.scope
        own = self.conditions.attributes.get(class_of(scope.inside), {}) if self.conditions.attributes else {}
        known = Known(scope.conditions, scope.versions, scope.hidden, scope.fakes, own, self.file.others, self.chosen)
        return self.conditions.of(node, known)

    def chosen(self, receiver: ast.expr, name: str) -> tuple[str, ...]:
        """Return the C functions that a method of an object is known to stand for."""
        return self.types.chosen(name, self.kind_of(receiver)) if name in self.called else ()

    def behind(self, guards: tuple[Guard, ...], facts: Facts, test: ast.expr, word: str = "") -> tuple[Guard, ...]:
        """Return the checks with one more, where it says something."""
        if not facts:
            return guards
        text = f"{word}{ast.unparse(test)}".removeprefix("not not ")
        found = guard_of(facts, shortened(text), self.place(test))
        if found.low or found.high:
            self.guards.append(found)
        return (*guards, found) if len(guards) < MOST_GUARDS else guards

    def place(self, node: ast.AST) -> Location:
        """Return where a node stands."""
        return Location(self.file.path, getattr(node, "lineno", 0), getattr(node, "col_offset", -1) + 1)
