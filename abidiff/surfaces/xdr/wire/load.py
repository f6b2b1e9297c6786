"""One protocol file with what lies beside it, for questions about single types."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import PurePosixPath

from abidiff.errors import AbidiffError, UsageError
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.xdr.build.builtin import BUILTIN
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.model import Array, Named, Opaque, Protocols, Simple, String
from abidiff.surfaces.xdr.wire.emit import closure
from abidiff.surfaces.xdr.wire.values import children
from abidiff.surfaces.xdr.wire.wire import Ref, Scope


def load_protocol(files: Mapping[str, bytes], main: str) -> tuple[Scope, Protocols]:
    """Return the scope of a protocol file; ``files`` holds its neighbours and headers too."""
    paths = [main, *sorted(path for path in files if path.endswith(".x") and path != main)]
    units = tuple(Unit("xdr", _unit(path), "full", (path,), (path,)) for path in paths)
    model = parse(Release("", "", files), Project("file", units), {})
    if _unit(main) not in {protocol.name for protocol in model.protocols}:
        problem = next(p for p in model.problems if p.unit == _unit(main))
        raise AbidiffError(problem.rendered or problem.message)
    return Scope(model), model


def _unit(path: str) -> str:
    return str(PurePosixPath(path).with_suffix(""))


def find_type(scope: Scope, model: Protocols, main: str, name: str) -> Ref:
    """Return a type by name; raises :class:`UsageError` when there is none, or it cannot be known whole."""
    unit = _unit(main)
    ref = Ref(unit, Named(name))
    if scope.find(unit, name) is None:
        if name in BUILTIN:
            return Ref(unit, BUILTIN[name])
        if name in ("int", "hyper", "bool", "float", "double"):
            return Ref(unit, Simple(name))
        raise UsageError(f"{main} has no type {name}", hint=_hint(scope, model, unit, name))
    for key in closure(scope, [ref]):
        for part, inner in children(key[0], scope.types[key[0]][key[1]]):
            _check(scope, model, inner, f"{key[1]}.{part}" if part else key[1])
    return ref


def _check(scope: Scope, model: Protocols, ref: Ref, where: str) -> None:
    match ref.type:
        case Array(size=size) | Opaque(size=size) | String(size=size) if size.value is None:
            raise _unknown(model, size.symbol, where)
    target = ref.type.item if isinstance(ref.type, Array) else ref.type
    if isinstance(target, Named) and scope.find(ref.unit, target.name) is None:
        raise _unknown(model, target.name, where)


def _unknown(model: Protocols, name: str, where: str) -> AbidiffError:
    problem = next((p for p in model.problems if name in p.message.split()), None)
    text = problem.rendered if problem else f"{name} is not defined"
    return AbidiffError(f"{where} needs {name}, which is not known\n{text}")


def _hint(scope: Scope, model: Protocols, unit: str, name: str) -> str:
    for protocol in model.protocols:
        for program in protocol.programs:
            for version in program.versions:
                for procedure in version.procedures:
                    if procedure.name == name and protocol.name == unit:
                        parts = [str(kind) for kind in (*procedure.args, procedure.result) if str(kind) != "void"]
                        return f"{name} is a procedure; its types are {', '.join(parts) or 'void'}"
    known = [*scope.types.get(unit, {}), *scope.imports.get(unit, {})]
    close = get_close_matches(name, known, 3)
    return f"did you mean {', '.join(close)}?" if close else f"it defines {len(known)} types"
