"""What differs only where names of conditions are defined; what conditions let in and nobody read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from abidiff.location import Location
from abidiff.surfaces.xdr.change import ConditionUnread, XdrChange
from abidiff.surfaces.xdr.model import Protocols, Variant

Compared = Callable[[Protocols, Protocols], Sequence[XdrChange]]


def under_conditions(
    old: Protocols, new: Protocols, found: Sequence[XdrChange], compared: Compared
) -> Iterator[XdrChange]:
    """Yield what the variants differ by, each with the fewest names that show it; ``found`` is so without any."""
    told = [_bare(change) for change in found]
    others = {variant.macros: variant for variant in new.variants}
    asked = {name for variant in new.variants for name in variant.macros}
    for variant in old.variants:
        macros = tuple(name for name in variant.macros if name in asked)
        other = others.get(macros) if macros else Variant(())
        if variant.unread:
            continue  # its text was not entered: it is told below, where it is not what it was
        if other is None or other.unread:
            yield _unread(old, variant, other.unread if other else "the new side was not read so")
            continue
        if variant.protocols is None and other.protocols is None:
            continue
        for change in compared(_under(old, variant), _under(new, other)):
            bare = _bare(change)
            if bare not in told:
                told.append(bare)
                yield msgspec.structs.replace(change, when=variant.macros)
    yield from _skipped(old, new)


def _under(model: Protocols, variant: Variant) -> Protocols:
    return model if variant.protocols is None else Protocols(variant.protocols)


def _bare(change: XdrChange) -> XdrChange:
    """Return a change without what is its own in each variant."""
    return msgspec.structs.replace(change, evidence=None, reaches=(), roles=frozenset())


def _unread(old: Protocols, variant: Variant, why: str) -> ConditionUnread:
    """Return that a variant was not compared."""
    first = old.protocols[0] if old.protocols else None
    return ConditionUnread(
        first.name if first else "", ", ".join(variant.macros), old=Location(first.path, 1) if first else None,
        when=variant.macros, why=why,
    )  # fmt: skip


def _skipped(old: Protocols, new: Protocols) -> Iterator[ConditionUnread]:
    """Yield the groups that no variant enters, where the new side has no such text."""
    now = {skipped.text for skipped in new.skipped}
    homes = _homes(old)
    for skipped in old.skipped:
        if skipped.text not in now:
            path, text = skipped.location.path, skipped.text
            cut = old.cut or new.cut
            yield ConditionUnread(homes.get(path, path), path, old=skipped.location, text=text, key=text, cut=cut)


def _homes(model: Protocols) -> Mapping[str, str]:
    return {protocol.path: protocol.name for protocol in model.protocols}
