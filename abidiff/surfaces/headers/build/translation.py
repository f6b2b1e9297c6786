"""Units that share their settings, read together in one configuration."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace as with_fields

from abidiff.finding import Problem
from abidiff.patterns import Patterns
from abidiff.project import Unit
from abidiff.release import Release
from abidiff.surfaces.headers.build.alone import DECLARED, Declared, declare_too, take, type_users
from abidiff.surfaces.headers.build.assertions import assertions
from abidiff.surfaces.headers.build.configurations import Conditions, Configuration, covering
from abidiff.surfaces.headers.build.digests import digests
from abidiff.surfaces.headers.build.foreign import foreign
from abidiff.surfaces.headers.build.include_names import IncludeNames
from abidiff.surfaces.headers.build.languages import languages
from abidiff.surfaces.headers.build.lent import brought, included, lent, reached, reached_by
from abidiff.surfaces.headers.build.macro_values import MacroReader
from abidiff.surfaces.headers.build.macros_again import KnownMacros
from abidiff.surfaces.headers.build.order import inclusion_order
from abidiff.surfaces.headers.build.poisoned import places, poison
from abidiff.surfaces.headers.build.settings import defines_of, targets_of
from abidiff.surfaces.headers.build.together import together
from abidiff.surfaces.headers.build.unit import Parser
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.layout.system import PRELUDE
from abidiff.surfaces.headers.model import (
    Clash,
    ForeignName,
    FunctionDecl,
    Header,
    Library,
    Macro,
)
from abidiff.surfaces.headers.read.failures import HeaderError, make_problem
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.language import is_cplusplus
from abidiff.surfaces.headers.read.lexer import OFFSET_MASK, PLACE_BITS, Token, tokenize
from abidiff.surfaces.headers.read.others import of_machine
from abidiff.surfaces.headers.read.preprocess import Preprocessor
from abidiff.surfaces.headers.read.worlds import world

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.remembered import KnownDeclarations, Recall

MAX_PROBLEMS = 200
MAX_APART = 64
MAX_NEEDS = 12
MAX_AFTER = 8

# For headers that leave the #include to the program (a repeated typedef is no error).
_PRELUDE = {
    "FILE": "struct _IO_FILE; typedef struct _IO_FILE FILE;\n",
    "size_t": "typedef __abidiff_size_t size_t;\n",
    "ssize_t": "typedef __abidiff_ssize_t ssize_t;\n",
    "time_t": "typedef __abidiff_time_t time_t;\n",
    "va_list": "typedef __abidiff_va_list va_list;\n",
}


class TranslationUnit:
    """Units that share their settings are read together: what they include is read once.

    ``triplet``: the multi-arch folder of the machine that is read for; ``late``: headers that come behind others.
    ``base``: the default configuration; ``before``: a unit that has read the same files in another order;
    ``others``: headers of units that are read apart from these.
    """

    def __init__(
        self,
        release: Release,
        units: list[Unit],
        *,
        memory: KnownDeclarations | None = None,
        triplet: str = "",
        late: Collection[str] = (),
        base: TranslationUnit | None = None,
        configuration: Configuration = (),
        only: str = "",
        target: str = "x86_64",
        others: Collection[str] = (),
        before: TranslationUnit | None = None,
    ) -> None:
        self.release = release
        self.others = others
        self.given, self.triplet, self.configuration, self.target = units, triplet, configuration, target
        self.units = units
        self.memory = memory
        self.remembers: Recall | None = None
        self.late = late
        self.left: dict[str, str]
        self.base = base
        self.before = before
        self.alone: dict[str, TranslationUnit] = {}
        self.base_lent = base.lent if base else None
        self.languages: dict[str, str] | None = base.languages if base else None
        self.known_macros: KnownMacros | None = None
        self.errors: dict[str, HeaderError] = {}
        self.probed: dict[str, HeaderError] = {}
        self.needs: dict[str, tuple[tuple[str, str], ...]] = {}
        options = self.units[0].options
        owner = {path: unit.name for unit in reversed(self.units) for path in unit.files}
        substitutions = {str(k): str(v) for k, v in dict(options.get("substitutions") or {}).items()}
        folders = options.get("include_dirs") or ("include", "")
        read = base or before
        self.files: Files = read.files if read else Files(self.release, owner, folders, substitutions, triplet)
        self.left = dict(base.left) if base else {}
        self.owner: dict[str, str] = base.owner if base else self._of_c(owner, triplet)
        self.named: IncludeNames = read.named if read else IncludeNames(self.files, self.owner)
        self.units = [self._trimmed(unit) for unit in units]
        defines = (*defines_of(options), *configuration)
        sentinels = frozenset(options.get("sentinel_macros") or ())
        like = read.preprocessor if read is not None and not only else None
        moved = frozenset(before.needs if before is not None else ())
        self.preprocessor: Preprocessor = Preprocessor(
            self.files, defines, sentinels, target=target, like=like, reordered=before is not None, unlike=moved
        )
        self.order: list[tuple[str, bool]] = base.order if base else inclusion_order(self.units, self.files, self.late)
        if only:
            self.order = [(only, True)]
        order = self.order
        several = len(order) > 1
        for path, tentative in order:
            if path not in self.preprocessor.done:
                self._include(path, tentative or several)
            else:
                self.preprocessor.left_out(path)
        for path, tentative in order:
            if (tentative or several) and path not in self.preprocessor.done:
                self._include_with_what_it_needs(path)
                if path not in self.preprocessor.done and (not tentative or not (several or only)):
                    self._include(path, tentative=False)  # what can be read of a root, or of one alone, counts
        self.below = included(self.preprocessor.edges)
        apart = {*self.owner, *self.left, *others}
        starts = [(path, self.owner[path]) for path, _ in self.order if path in self.owner]
        self.brought = brought(self.below, starts, self.preprocessor.seen, apart, options.get("left_out") or ())
        self.brought.update(base.brought if base else {})
        self.declares = {**self.owner, **self.brought}
        self.found: list[Problem] = list(self.preprocessor.problems)
        self.conditions: Conditions | None = None
        self.configurations: dict[Configuration, bool] = {}
        if base is None:
            self._choose()
            self._probe(options)
        else:
            self.errors = {**base.probed, **self.errors}
        self._failed_headers()
        self.apart: list[str] = []
        self.poisoned = places(self.preprocessor.poisoned, self.files)
        self.variants: dict[str, dict[str, dict[str, Any]]] = {}
        self.touched: list[str] = [] if only else base.apart if base else self._touched()[:MAX_APART]
        if self.touched and self.memory is None:
            self.memory = self._shared()
        self.parser = self._parsed(options)
        self.macros = self._macros(only)
        self.guards: tuple[Clash, ...] = base.guards if base else together(self)
        self.clashes = (*self.parser.tables.clashes, *self.guards)
        if not only:
            self._apart()
        self._let_go()

    def settle(self) -> None:
        """Keep of the headers that were read first those that others will ask for: no other order is tried."""
        self.alone = {path: alone for path, alone in self.alone.items() if path in self.apart}

    def _let_go(self) -> None:
        """Keep nothing of what was read before in another order."""
        if self.before is not None:
            self.before = None
            self.preprocessor.forget()
            if self.remembers is not None:
                self.remembers.base = None

    def _choose(self) -> None:
        """Find out which other configurations there are to read."""
        self.conditions = Conditions(self.preprocessor, self.declares)
        self.configurations = covering(self.conditions)
        if self.memory is None and (self.configurations or self.conditions.machines(self.other_targets())[1]):
            from abidiff.surfaces.headers.build.remembered import KnownDeclarations

            self.memory = KnownDeclarations()

    def _shared(self) -> KnownDeclarations:
        from abidiff.surfaces.headers.build.remembered import KnownDeclarations

        held = self.memory or KnownDeclarations()
        return KnownDeclarations({**held.known, **held.kept})

    def other_targets(self) -> list[str]:
        """Return the targets that the headers are for, beside the usual one."""
        return [target for target in self._targets(self.units[0]) or TARGET_NAMES if target != "x86_64"]

    def again(
        self, configuration: Configuration, memory: KnownDeclarations | None, target: str = "x86_64"
    ) -> TranslationUnit:
        """Read the same files in another configuration; declarations that are the same are not parsed again."""
        shared = self._shared()
        made = self._like(memory=shared, configuration=configuration, target=target)
        if memory is not None:
            memory.kept.update(shared.kept)
            memory.made += shared.made
        return made

    def _like(
        self, *, memory: KnownDeclarations, configuration: Configuration, target: str, only: str = ""
    ) -> TranslationUnit:
        """Read the same units over the same files; ``only``: beginning with that header."""
        return TranslationUnit(
            self.release,
            self.given,
            memory=memory,
            triplet=self.triplet,
            late=self.late,
            base=self,
            configuration=configuration,
            only=only,
            target=target,
            others=self.others,
        )

    def _apart(self) -> None:
        """Take what a header declares from a run that begins with it, where macros of others have a part in it.

        A header that can't be read first keeps what it declares behind the others.
        """
        declared = Declared()
        for path in self.touched:
            alone = self._read_alone(path)
            if alone.found or path not in alone.preprocessor.done:
                continue
            self.poisoned.update(alone.poisoned)
            if self._take(path, alone, declared):
                self.apart.append(path)
            if self.base is None:
                self.alone[path] = alone
            before = len(self.found)
            self.found = [p for p in self.found if p.location is None or p.location.path != path]
            if not self.found:
                self.parser.unread.clear()
            if len(self.found) < before and path not in self.apart:
                self.apart.append(path)

    def _read_alone(self, path: str) -> TranslationUnit:
        """Read a header first, unless it does what it did in the default configuration."""
        before = self.base.alone.get(path) if self.base is not None else None
        if self.before is not None and self.before.left == self.left:
            before = self.before.alone.get(path)
        if before is not None and self.preprocessor.begins_like(before.preprocessor, path):
            before.base = self.base or self
            return before
        return self._like(memory=self._shared(), configuration=self.configuration, target=self.target, only=path)

    def _take(self, path: str, alone: TranslationUnit, declared: Declared) -> bool:
        """Take the declarations of a header from another run; tell whether they are other ones."""
        unit = self.owner[path]
        brought = any(path in included for other, included in self.below.items() if other != path)
        mine, its = (
            {"macros": each.macros[unit], **{name: getattr(each.parser.tables, name) for name in DECLARED}}
            for each in (self, alone)
        )
        declare_too(path, self.parser.tables.places, mine, its)
        changed, others = take(path, self.owner, mine, its, declared, brought=brought)
        if others:  # who includes it first, or not what declares them too
            self.variants[path] = {**self.variants.get(path, {}), **others}
        return changed

    def _touched(self) -> list[str]:
        """Return headers that ask for, or expand, macros of other public headers that they do not include."""
        used = self.preprocessor.used
        if len(self.owner) < 2:
            return []
        found = []
        for path in self.owner:
            if path in self.errors or path not in self.preprocessor.done:
                continue
            closure = reached_by(self.below, path)
            files = (self.files.file_of(number << PLACE_BITS) for number in used.get(path, ()))
            asks = any(f is not None and not f.system and f.path not in closure for f in files)
            if asks or self.preprocessor.replaced.get(path, set()) - closure:
                found.append(path)
        return found

    # --- reading ------------------------------------------------------------------------

    def _of_c(self, owner: dict[str, str], triplet: str) -> dict[str, str]:
        """Leave out headers of C++ and of other machines."""
        for path in owner:
            if not of_machine(path, triplet):
                self.left[path] = "machine"
            elif len(owner) > 1 and is_cplusplus(self.files.open(path)):
                self.left[path] = "language"
        return {path: unit for path, unit in owner.items() if path not in self.left}

    def _trimmed(self, unit: Unit) -> Unit:
        if not self.left:
            return unit
        files, roots = (tuple(p for p in paths if p not in self.left) for paths in (unit.files, unit.roots))
        return with_fields(unit, files=files, roots=roots)

    def unread(self) -> int:
        """Count what could not be read; a header that refuses to be included is none of it."""
        return len(self.found) - self.refusing

    def failing(self) -> set[str]:
        """Return the headers of the release that led to what could not be read."""
        if len(self.owner) < 2:
            return set()
        via = self.preprocessor.via
        paths = {via.get(p.location.path, "") for p in self.found if p.location is not None}
        return {path for path in paths if path in self.owner}

    def _include(self, path: str, tentative: bool) -> None:
        error = self.preprocessor.root(self.files.open(path), tentative=tentative)
        if error is not None:
            self.errors[path] = error

    def _include_with_what_it_needs(self, path: str) -> None:
        """A header that nothing brings in and that asks for a macro (``#error``): give it that.

        The value is the first one that it takes, of those that its conditions compare the macro with.
        """
        given: dict[str, str] = {}
        tried: set[tuple[str, str]] = set()
        for _ in range(MAX_NEEDS):
            error = self.errors.get(path)
            if error is None:
                return
            if error.needs and world(error.needs[0]):
                self.left[path] = world(error.needs[0])
                return
            known = {name: value for needs in self.needs.values() for name, value in needs}
            wanted = [(name, known.get(name, "1")) for name in error.needs[:1] if name not in given]
            wanted += [each for each in error.compared if self._asked_of_programs(each[0], given)]
            found = next((each for each in wanted if each not in tried), None)
            if found is None:
                return
            tried.add(found)
            given[found[0]] = found[1]
            needs = tuple(given.items())
            error = self.preprocessor.root_with(self.files.open(path), needs)
            if error is None:
                self.needs[path] = needs
                return
            self.errors[path] = error

    def _asked_of_programs(self, name: str, given: Collection[str]) -> bool:
        """Tell whether programs may define a macro: it is none of the headers' own or of the compiler."""
        return name in given or not (name in self.preprocessor.expander.table or world(name) or name.startswith("_"))

    def _probe(self, options: Mapping[str, Any]) -> None:
        """Find out which headers that others brought in refuse to be included on their own."""
        for path in self.owner:
            if path in self.errors or self.preprocessor.via.get(path) in (path, None):
                continue
            if self.before is not None and path in self.before.probed:
                self.errors[path] = self.probed[path] = self.before.probed[path]
                continue
            file = self.files.open(path)
            if any(name == "error" for name, _, _ in file.pieces):
                alone = Preprocessor(self.files, (*defines_of(options), *self.configuration))
                error = alone.root(file)
                if error is not None and error.place >> PLACE_BITS == file.base >> PLACE_BITS:
                    self.errors[path] = self.probed[path] = error

    def _refuses(self, path: str, error: HeaderError) -> bool:
        """Tell whether nobody can include the header that fails with a compiler that is judged: it holds no API."""
        return len(self.owner) > 1 and (not error.conditional or path in self.left)

    def _failed_headers(self) -> None:
        self.refusing = 0
        for path, error in self.errors.items():
            if path not in self.preprocessor.done and not self._refuses(path, error):
                self.refusing += error.refused
                self.found.append(make_problem(self.files, error.message, error.place, error.hint))

    def _parsed(self, options: Mapping[str, Any]) -> Parser:
        names = Patterns(tuple(options.get("sentinels") or ()))
        tokens = self._prelude() + self.preprocessor.tokens
        parser = Parser(self.files, tokens, self._report, self._guarded, names)
        parser.target = self.target
        if self.memory is not None:
            from abidiff.surfaces.headers.build.remembered import Recall

            like = self.base or self.before
            known = like.remembers if like is not None else None
            self.remembers = Recall(self.memory, parser, self.preprocessor.sentinels, known, notes=self.base is None)
            parser.recall = self.remembers.declaration
        parser.unit()
        return parser

    def _prelude(self) -> list[Token]:
        """Declare what headers take from the C library without including it (``FILE``, ``size_t``)."""
        defined = {t[1] for t in self.preprocessor.tokens if t[1] in _PRELUDE}
        text = "".join(_PRELUDE[name] for name in sorted(defined))
        if not text:
            return []
        file = self.files.internal(PRELUDE, text)
        return tokenize(file.text, 0, len(file.text), file.base)

    def _report(self, message: str, place: int, hint: str) -> None:
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(make_problem(self.files, message, place, hint))

    def _guarded(self, place: int) -> bool:
        spans = self.preprocessor.sentinels
        if not spans:
            return False
        file = self.files.file_of(place)
        if file is None or file.path not in spans:
            return False
        mine = spans[file.path]
        offset = place & OFFSET_MASK
        at = bisect_right(mine, (offset, 1 << 60)) - 1
        return at >= 0 and mine[at][0] <= offset < mine[at][1]

    def _macros(self, only: str) -> dict[str, dict[str, Macro]]:
        """Return unit → name → macro, of what is defined at the end; ``only``: of those that one header defines."""
        expander = self.preprocessor.expander
        expander.pasted = set()
        reader = MacroReader(expander, self.parser, self.release.version)
        self.lent: dict[str, ForeignName] = (
            self.base_lent
            if self.base_lent is not None
            else lent(self.files, self.parser.tables, expander.table.values(), reader)
        )
        found: dict[str, dict[str, Macro]] = {unit.name: {} for unit in self.units}
        known = self._known_macros(reader) if not only else {}
        for definition in list(expander.table.values()):
            if not definition.place:
                continue
            file = self.files.file_of(definition.place)
            if file is None or file.system or (only and file.path != only):
                continue
            owner = self.declares.get(file.path)
            if owner is not None:
                found[owner][definition.name] = known.get(definition.name) or reader.read(definition, file)
        if self.base is None and self.remembers is not None and not self.remembers.lost:
            made = {name: macro for macros in found.values() for name, macro in macros.items()}
            said = self.remembers.chain, self.remembers.written
            self.known_macros = KnownMacros(dict(expander.table), made, *said, reader)
        return found

    def _known_macros(self, reader: MacroReader) -> dict[str, Macro]:
        """Return the macros that stand for what they did in the default configuration."""
        like = self.base or self.before
        known = like.known_macros if like is not None else None
        if known is None or self.remembers is None or self.remembers.lost:
            return {}
        asked = self.remembers
        return known.same(self.preprocessor.expander.table, asked.chain, asked.written, reader)

    # --- results ------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """Return what could not be read, with the unit it belongs to."""
        return [
            with_fields(p, unit=self.declares.get(p.location.path if p.location else "", self.units[0].name))
            for p in self.found
        ]

    def digests(self) -> list[str]:
        """Return for each problem what :func:`digest` says of its header."""
        return digests(self.found, self.release.files, self.preprocessor)

    def libraries(self) -> list[Library]:
        """Cut the tables of the translation unit into libraries by the headers that declare."""
        self.asserted = tuple(assertions(self.parser))
        self.type_users = type_users(self.preprocessor.tokens, self.parser.tables.typedefs, self.files)
        if self.languages is None:
            self.languages = self._languages()
        unread = set(self.parser.unread)
        unread.update(t[1] for t in self.preprocessor.dropped if t[0] == "i")
        done = self.preprocessor.done
        if any(path not in done and not self._refuses(path, error) for path, error in self.errors.items()):
            unread.add("*")
        cut = {self.declares.get(path) for path in self.preprocessor.cut}
        return [self._library(u, tuple(sorted({*unread, "*"} if u.name in cut else unread))) for u in self.units]

    def _spoken(self, functions: Mapping[str, FunctionDecl]) -> dict[str, str]:
        """Return the linkages of functions in C++ programs, of those that only this configuration has as well."""
        if self.base is not None and self.target == "x86_64":
            before = self.base.parser.tables.functions
            if any(name not in before for name in functions):
                return {**(self.languages or {}), **self._languages()}
        return self.languages or {}

    def _languages(self) -> dict[str, str]:
        """Return the functions that have no C linkage in a C++ program: name → the linkage that they have."""
        functions = {
            name: found.mark.location.path
            for name, found in self.parser.tables.functions.items()
            if not found.linkage.startswith("static") and not found.asm and found.mark.location.path in self.declares
        }
        defines = (*defines_of(self.units[0].options), *self.configuration)
        return languages(self.preprocessor, [path for path, _ in self.order], self.needs, functions, defines)

    def _library(self, unit: Unit, unread: tuple[str, ...]) -> Library:
        tables, name, owner, declares = self.parser.tables, unit.name, self.owner, self.declares
        macros = self.macros[name]

        def own(path: str) -> bool:
            return declares.get(path) == name

        functions = {n: f for n, f in tables.functions.items() if own(f.mark.location.path)}
        for found in functions.values():
            macro = macros.get(found.name)
            if macro is not None and macro.body != found.name:
                functions[found.name] = msgspec.structs.replace(found, macro=macro.raw or macro.body)
        for each, language in self._spoken(functions).items():
            if each in functions:
                functions[each] = msgspec.structs.replace(functions[each], language=language)
        variables = {n: v for n, v in tables.variables.items() if own(v.mark.location.path)}
        typedefs = {n: t for n, t in tables.typedefs.items() if own(t.mark.location.path)}
        records = {n: r for n, r in tables.records.items() if own(r.mark.location.path)}
        enums = {n: e for n, e in tables.enums.items() if own(e.mark.location.path)}
        foreign(tables, functions, variables, typedefs, records, enums, macros.values())
        poison(self.poisoned.keys(), functions, variables, typedefs, records, enums)
        return Library(
            name,
            unit.tier,
            tuple(self._header(unit, path) for path in unit.files),
            functions,
            variables,
            typedefs,
            records,
            enums,
            macros,
            unread,
            defines_of(unit.options),
            self.release.version,
            self._targets(unit) if self.target == "x86_64" else (self.target,),
            self.lent,
            also=self._also(name),
            poisoned={n: place for n, place in sorted(self.poisoned.items()) if own(place.path)},
            clashes=tuple(c for c in self.clashes if any(map(own, c.paths)) and all(p in owner for p in c.paths)),
            brought={p: self.named.first(self.preprocessor.via.get(p, p)) for p in sorted(self.brought) if own(p)},
            asserted=tuple(a for a in self.asserted if own(a.location.path)),
        )

    def _targets(self, unit: Unit) -> tuple[str, ...]:
        return targets_of(unit, (self.release.files[path] for path in unit.files))

    def _header(self, unit: Unit, path: str) -> Header:
        via = self.preprocessor.via.get(path, path)
        error = self.errors.get(path)
        names = self.named.all(path)
        return Header(
            path,
            self.named.first(path),
            path in unit.roots,
            self.named.first(via),
            error.message if error is not None else "",
            self.needs.get(path, ()),
            reached(self.below, path),
            self._brings(path),
            self._stands_alone(path),
            names if len(names) > 1 else (),
            self._after(path),
        )

    def _brings(self, path: str) -> tuple[str, ...]:
        """Return the public headers that a header leads to, by their names, and what it brings that is none."""
        found = {each for each in reached_by(self.below, path) if each in self.declares}
        return tuple(sorted(self.named.first(each) if each in self.owner else each for each in found))

    def _stands_alone(self, path: str) -> bool:
        """Tell whether every type name in a header, and in what it brings, is declared by one of these."""
        closure = reached_by(self.below, path)
        return path in self.preprocessor.done and all(self.type_users.get(each, set()) <= closure for each in closure)

    def _after(self, path: str) -> tuple[str, ...]:
        """Return the headers of the release that declare type names which a header uses and does not bring."""
        found: list[str] = []
        pending = [path]
        while pending and len(found) < MAX_AFTER:
            closure = reached_by(self.below, pending.pop())
            wanted = set().union(*(self.type_users.get(each, set()) for each in closure)) - closure
            for each in sorted(wanted.intersection(self.owner)):
                if each != path and each not in found:
                    found.append(each)
                    pending.append(each)
        names = dict.fromkeys(self.named.first(self.preprocessor.via.get(each, each)) for each in reversed(found))
        return tuple(name for name in names if name != self.named.first(self.preprocessor.via.get(path, path)))

    def _also(self, name: str) -> dict[str, tuple[str, ...]]:
        """Return the names that several headers declare, one of the unit among them."""
        owner = self.owner
        return {
            key: tuple(sorted(self.named.first(path) for path in paths if path in owner))
            for key, paths in sorted(self.parser.tables.places.items())
            if len(paths) > 1 and any(owner.get(path) == name for path in paths)
        }
