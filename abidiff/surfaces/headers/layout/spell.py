"""Types as C text (ISO C11 §6.7.7, declarators written inside out)."""

from __future__ import annotations

from collections.abc import Collection

from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.model import (
    CONSTANT_KINDS,
    Array,
    Builtin,
    EnumRef,
    Function,
    FunctionDecl,
    Macro,
    Parameter,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    Typedef,
    TypedefRef,
    Unmodelled,
    Vector,
)

_KINDS = {"bool": "_Bool", "va_list": "__builtin_va_list"}


def spell(type_: Type, name: str = "") -> str:
    """Return a type, or the declaration of ``name`` with it, as C."""
    return _spell(type_, name).strip()


def head(result: Type, name: str, taken: str) -> str:
    """Return the head of a function's definition; ``taken`` are its parameters as C, or ``void``."""
    return spell(Function(result, (), prototyped=False), name).replace(f"{name}()", f"{name}({taken})", 1)


def _spell(type_: Type, inner: str) -> str:
    match type_:
        case Pointer(target):
            if isinstance(target, Array | Function):
                return _spell(target, f"({_calling(target)}*{inner})")
            return _spell(target, f"*{inner}")
        case Qualified(Pointer(target), qualifiers):
            words = " ".join(_c_word(q) for q in qualifiers)
            inside = f"* {words}{' ' if inner else ''}{inner}"
            return _spell(target, f"({_calling(target)}{inside})" if isinstance(target, Array | Function) else inside)
        case Qualified(base, qualifiers):
            words = " ".join(_c_word(q) for q in qualifiers)
            return f"{words} {_spell(base, inner)}"
        case Array(element, length, _):
            return _spell(element, f"{inner}[{'' if length is None else length}]")
        case Function(result, parameters, variadic, prototyped):
            texts = [_spell(p.type, "").strip() for p in parameters]
            if variadic:
                texts.append("...")
            inside = ", ".join(texts) or ("void" if prototyped else "")
            before = "" if inner.startswith("(") else _calling(type_)
            return _spell(result, f"{before}{inner}({inside})")
        case Vector(element, size):
            return f"{_spell(element, '').strip()} __attribute__((vector_size({size}))) {inner}"
        case _:
            base_text = base_name(type_)
            return f"{base_text} {inner}" if inner else base_text


def _calling(type_: Type) -> str:
    """Return the calling convention of a function type, as it stands before its declarator."""
    if not isinstance(type_, Function) or not type_.calling:
        return ""
    return f"__attribute__(({', '.join(type_.calling)})) "


def on(type_: Type, targets: Collection[str]) -> Type:
    """Return a type as it is on the first of some targets; lengths of arrays may differ between them."""
    if not targets or "x86_64" in targets:
        return type_
    return _on(type_, next(target for target in TARGET_NAMES if target in targets))


def _on(type_: Type, target: str) -> Type:
    match type_:
        case Array(element, length, lengths):
            return Array(_on(element, target), dict(lengths).get(target, length))
        case Pointer(inner):
            return Pointer(_on(inner, target))
        case Qualified(inner, qualifiers):
            return Qualified(_on(inner, target), qualifiers)
        case Function(result, parameters, variadic, prototyped):
            there = tuple(Parameter(p.name, _on(p.type, target)) for p in parameters)
            return Function(_on(result, target), there, variadic, prototyped, type_.calling)
        case _:
            return type_


def base_name(type_: Type) -> str:
    """Return the name of a type without declarator."""
    match type_:
        case Builtin(kind):
            return _KINDS.get(kind, kind)
        case TypedefRef(name):
            return name
        case RecordRef(id_) | EnumRef(id_):
            kind, _, tag = id_.partition(" ")
            return id_ if tag.isidentifier() else f"{kind} {{ ... }}"
        case Unmodelled(text):
            return text
        case _:
            return spell(type_)


def _c_word(qualifier: str) -> str:
    return "__restrict__" if qualifier == "restrict" else qualifier


def prototype(function: FunctionDecl) -> str:
    """Return a function's declaration with the names of its parameters."""
    type_ = function.type
    texts = [spell(p.type, p.name) for p in type_.parameters]
    if type_.variadic:
        texts.append("...")
    inside = ", ".join(texts) or ("void" if type_.prototyped else "")
    return spell(type_.result, f"{function.name}({inside})")


def anonymous(type_: Type) -> bool:
    """Tell whether a type can't be written because an untagged struct, union or enum is in it."""
    stack = [type_]
    while stack:
        found = stack.pop()
        match found:
            case RecordRef(id_) | EnumRef(id_):
                if not id_.partition(" ")[2].isidentifier():
                    return True
            case Pointer(inner) | Qualified(inner, _) | Array(inner, _, _) | Vector(inner, _):
                stack.append(inner)
            case Function(result, parameters, _, _):
                stack.append(result)
                stack.extend(p.type for p in parameters)
            case Unmodelled():
                return True
            case _:
                pass
    return False


def named_record(id_: str) -> Type | None:
    """Return how a program names a struct or union: by its tag, else by the typedef of an untagged one."""
    tag = id_.partition(" ")[2]
    if tag.isidentifier():
        return RecordRef(id_)
    return TypedefRef(tag[1:-1]) if tag[:1] == "(" and tag[1:-1].isidentifier() else None


def value_of(found: Macro) -> str:
    """Return the value of a constant as it is held against another one, empty for what is none."""
    value = found.value
    kind = f"{value.kind} {value.type}".rstrip() if value.kind == "string" else value.kind
    return f"{kind} {value.text}" if value.kind in CONSTANT_KINDS else ""


def declared(found: FunctionDecl | Typedef) -> str:
    """Return what a name is declared as."""
    return spell(found.type)
