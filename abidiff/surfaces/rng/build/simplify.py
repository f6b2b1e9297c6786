"""Grammars resolved, defines expanded (sections 4.17 to 4.21): raw patterns to the node table.

An environment is a grammar laid over the one around it.  The top-level schemas of a
release share nearly all defines: a define means the same in two environments when it
has the same bodies in both and all that it refers to, at any distance, means the same.
Such a define is compiled once.
"""

from __future__ import annotations

import msgspec

from abidiff.errors import LimitError, ParseError
from abidiff.limits import now
from abidiff.surfaces.rng.build.outline import Outliner
from abidiff.surfaces.rng.build.table import Table
from abidiff.surfaces.rng.model import (
    Element,
    Outline,
)
from abidiff.surfaces.rng.read.load import Files
from abidiff.surfaces.rng.read.raw import START, Component, Grammar, Raw

"""Grammars nested deeper than this are refused."""


class Define(msgspec.Struct, eq=False):
    """All the components of one name, combined (4.17)."""

    combine: str
    bodies: tuple[Raw, ...]
    direct: tuple[str, ...]
    every: tuple[str, ...]

    def same(self, other: Define) -> bool:
        """Whether it is made of the same text."""
        return self.bodies == other.bodies and self.combine == other.combine


class Environment(msgspec.Struct, eq=False):
    """A grammar, with what was compiled of it; ``shared``: name → environment that has it already."""

    defines: dict[str, Define]
    parent: Environment | None
    depth: int
    compiled: dict[str, int] = msgspec.field(default_factory=dict)
    shared: dict[str, Environment] = msgspec.field(default_factory=dict)


class Simplifier:
    """Compiles any number of schemas into one table."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.table = Table()
        self.outliner = Outliner()
        self.elements: list[Element | None] = []
        self._environments: list[Environment] = []
        self._of_grammar: dict[tuple[Grammar, Environment | None], Environment] = {}
        self._element_of: dict[tuple[Raw, Environment | None], int] = {}
        self._pending: list[tuple[int, Raw, Environment | None, str]] = []
        self._define_of: dict[Component, Define] = {}
        self._open: set[tuple[Environment, str]] = set()

    def schema(self, raw: Raw) -> int:
        """Compile a whole schema and return its start node; raises ParseError."""
        self._open.clear()
        try:
            if raw.kind != "grammar":
                self.outliner.pattern(raw, -1, None)
            start = self.pattern(raw, None, "")
            while self._pending:
                index, element, environment, define = self._pending.pop()
                content = self.pattern(element.parts[0], environment, define)
                assert element.names is not None
                self.elements[index] = Element(index, element.names, content, element.location, define)
        except (LimitError, RecursionError) as error:
            self._forget()
            message = error.message if isinstance(error, LimitError) else "patterns are nested too deep"
            self.files.fail(message, raw.location, hint=error.hint if isinstance(error, LimitError) else "")
        except ParseError:
            self._forget()
            raise
        return start

    def _forget(self) -> None:
        """Drop what a failed schema left half done, so that the others do not meet it."""
        while self._pending:
            index, element, environment, _ = self._pending.pop()
            self._element_of.pop((element, environment), None)
            self.elements[index] = None
        for environment in self._environments:
            environment.compiled.clear()
        self._element_of.clear()

    def outline(self) -> Outline:
        """Return the outline of all that was compiled."""
        return self.outliner.finished(self._meant)

    def _meant(self, environment: object, name: str) -> tuple[object, str] | None:
        """Return where a name's define was compiled; a nested grammar stands for its start."""
        if isinstance(environment, tuple):
            around, grammar = environment
            environment = self._of_grammar.get((grammar, around if grammar.uses_parent else None))
        if not isinstance(environment, Environment):
            return None
        return environment.shared.get(name, environment), name

    # -- grammars

    def environment(self, grammar: Grammar, parent: Environment | None) -> Environment:
        """Return the environment of a grammar inside another one, or at the top."""
        above = parent if grammar.uses_parent else None
        key = (grammar, above)
        found = self._of_grammar.get(key)
        if found is None:
            depth = parent.depth + 1 if parent else 0
            if depth > now().schema_grammars:
                self.files.fail(
                    f"grammars are nested more than {now().schema_grammars} deep (limit schema-grammars)",
                    grammar.location,
                )
            found = Environment(self._defines(grammar), above, depth)
            self._check_names(grammar, found)
            self._of_grammar[key] = found
            if above is None:
                left = dict(found.defines)
                for other in self._environments:
                    _share(found, other, left)
                self._environments.append(found)
            for component in grammar.components:
                for nested in component.uses.grammars:
                    self.environment(nested, found)
        return found

    def _defines(self, grammar: Grammar) -> dict[str, Define]:
        by_name: dict[str, list[Component]] = {}
        for component in grammar.components:
            by_name.setdefault(component.name, []).append(component)
        if START not in by_name:
            self.files.fail("the grammar has no <start> (4.18)", grammar.location)
        return {name: self._combined(name, components) for name, components in by_name.items()}

    def _combined(self, name: str, components: list[Component]) -> Define:
        """4.17: at most one without combine, and all others alike."""
        if len(components) == 1:
            return self._alone(components[0])
        what = f"define '{name}'" if name else "start"
        plain = [component for component in components if not component.combine]
        if len(plain) > 1:
            self.files.fail(
                f"{what} stands twice without combine (first at {plain[0].location})",
                plain[1].location,
                hint='add combine="choice" or combine="interleave"',
            )
        ways = {component.combine: component for component in components if component.combine}
        if len(ways) > 1:
            self.files.fail(f"{what} is combined in two ways (4.17)", list(ways.values())[1].location)
        refs = {}
        for component in components:
            for ref, (place, is_direct) in component.uses.refs.items():
                if ref not in refs or is_direct:
                    refs[ref] = (place, is_direct)
        direct = tuple([ref for ref, (_, is_direct) in refs.items() if is_direct])
        return Define(next(iter(ways)), tuple([c.body for c in components]), direct, tuple(refs))

    def _alone(self, component: Component) -> Define:
        """Return the define of one component, the same in every grammar that includes it."""
        found = self._define_of.get(component)
        if found is None:
            refs = component.uses.refs
            direct = tuple([ref for ref, (_, is_direct) in refs.items() if is_direct])
            found = self._define_of[component] = Define("", (component.body,), direct, tuple(refs))
        return found

    def _check_names(self, grammar: Grammar, environment: Environment) -> None:
        """4.18: every ref and parentRef names a define."""
        for component in grammar.components:
            if component.uses.refs.keys() <= environment.defines.keys() and not component.uses.parents:
                continue
            for name, (place, _) in component.uses.refs.items():
                if name not in environment.defines:
                    self.files.fail(
                        f"there is no define '{name}'", place, mark=f'"{name}"', hint=_near(name, environment)
                    )
            for name, (place, _) in component.uses.parents.items():
                if environment.parent is None or name not in environment.parent.defines:
                    self.files.fail(f"the grammar around has no define '{name}'", place, mark=f'"{name}"')

    # -- defines

    def define(self, environment: Environment, name: str) -> int:
        """Return the node of a define; what it refers to is compiled first, without recursion."""
        environment = environment.shared.get(name, environment)
        found = environment.compiled.get(name)
        if found is not None:
            return found
        stack = [(name, False)]
        seen = {name}
        while stack:
            one, ready = stack.pop()
            if one in environment.compiled:
                continue
            if ready:
                self._compile(environment, one)
                continue
            stack.append((one, True))
            for ref in environment.defines[one].direct:
                if ref not in seen and ref not in environment.shared:
                    seen.add(ref)
                    stack.append((ref, False))
        return environment.compiled[name]

    def _compile(self, environment: Environment, name: str) -> None:
        define = environment.defines[name]
        key = (environment, name)
        if key in self._open:
            place = define.bodies[0].location
            what = f"define '{name}'" if name else "the start"
            self.files.fail(
                f"{what} refers to itself without an element between (4.19)",
                place,
                hint="recursion has to go through an element",
            )
        self._open.add(key)
        self.outliner.define(environment, name, define.bodies)
        parts = [self.pattern(body, environment, name) for body in define.bodies]
        self._open.discard(key)
        table = self.table
        environment.compiled[name] = table.interleave(parts) if define.combine == "interleave" else table.choice(parts)

    # -- patterns

    def pattern(self, raw: Raw, environment: Environment | None, define: str) -> int:
        """Return the node of a raw pattern in an environment."""
        table = self.table
        match raw.kind:
            case "ref":
                return self._ref(raw, environment)
            case "choice":
                return table.choice([self.pattern(part, environment, define) for part in raw.parts])
            case "group":
                return table.group([self.pattern(part, environment, define) for part in raw.parts])
            case "interleave":
                return table.interleave([self.pattern(part, environment, define) for part in raw.parts])
            case "attribute":
                assert raw.names is not None
                content = self.pattern(raw.parts[0], environment, define)
                return table.attribute(raw.names, content, raw.location, raw.text)
            case "value":
                return table.value(raw.datatype, raw.text or "", raw.params, raw.location)
            case "element":
                return self._element(raw, environment, define)
            case "oneOrMore":
                return table.one_or_more(self.pattern(raw.parts[0], environment, define))
            case "data":
                taken = self.pattern(raw.parts[0], environment, define) if raw.parts else 0
                return table.data(raw.datatype, raw.params, taken, raw.location)
            case "text":
                return 2
            case "empty":
                return 1
            case "notAllowed":
                return 0
            case "list":
                return table.list_(self.pattern(raw.parts[0], environment, define))
            case "grammar":
                assert raw.grammar is not None
                return self.define(self.environment(raw.grammar, environment), START)
            case "parentRef":
                if environment is None or environment.parent is None:
                    self.files.fail("parentRef outside of a nested grammar (4.18)", raw.location)
                return self.define(environment.parent, raw.text or "")

    def _ref(self, raw: Raw, environment: Environment | None) -> int:
        if environment is None:
            self.files.fail("ref outside of a grammar (4.18)", raw.location, mark="<ref")
        name = raw.text or ""
        shared = environment.shared.get(name, environment)
        found = shared.compiled.get(name)
        return found if found is not None else self.define(environment, name)

    def _element(self, raw: Raw, environment: Environment | None, define: str) -> int:
        key = (raw, environment)
        index = self._element_of.get(key)
        if index is None:
            index = self._element_of[key] = len(self.elements)
            self.elements.append(None)
            self._pending.append((index, raw, environment, define))
        return self.table.ref(index)


def _share(new: Environment, old: Environment, mine: dict[str, Define]) -> None:
    """Note in ``new`` which of its defines mean the same as in ``old``; ``mine`` are those that are not shared yet."""
    clean = {
        name
        for name, define in mine.items()
        if (other := old.defines.get(name)) is define or (other is not None and define.same(other))
    }
    users: dict[str, list[str]] = {}
    dirty: list[str] = []
    for name in clean:
        for ref in mine[name].every:
            if ref in clean:
                users.setdefault(ref, []).append(name)
            elif not _both(new, old, ref):
                dirty.append(name)
                break
    while dirty:
        name = dirty.pop()
        if name in clean:
            clean.discard(name)
            dirty += users.get(name, ())
    for name in clean:
        new.shared[name] = old.shared.get(name, old)
        del mine[name]


def _both(new: Environment, old: Environment, ref: str) -> bool:
    """Whether a name already means the same in both, by way of a third environment."""
    mine = new.shared.get(ref)
    return mine is not None and ref in old.defines and mine is old.shared.get(ref, old)


def _near(name: str, environment: Environment) -> str:
    """A hint for a name that is not there."""
    import difflib

    near = difflib.get_close_matches(name, list(environment.defines)[:5000], 1)
    return f"did you mean '{near[0]}'?" if near and near[0] else "every file that defines it has to be included"
