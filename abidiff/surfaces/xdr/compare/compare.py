"""Match old to new, once: programs by number then name, procedures by number, types by what carries them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from abidiff.change import Change
from abidiff.location import Location
from abidiff.surfaces.xdr.change import (
    ArmMoved,
    CallEvidence,
    EnumValuesRenumbered,
    Evidence,
    MembersReordered,
    Message,
    MessageGained,
    MessageLost,
    MessageTypeAdded,
    MessageTypeGone,
    NumberReused,
    ProcedureAdded,
    ProcedureGone,
    ProcedureKindChanged,
    ProcedureRenumbered,
    ProgramAdded,
    ProgramGone,
    ProgramRenumbered,
    Renamed,
    Role,
    TypeChanged,
    VersionAdded,
    VersionGone,
    XdrChange,
)
from abidiff.surfaces.xdr.compare.access import access_change
from abidiff.surfaces.xdr.compare.constants import at_their_roots, conditional, located, lowered
from abidiff.surfaces.xdr.compare.differ import Differ
from abidiff.surfaces.xdr.compare.files import counterparts, fold
from abidiff.surfaces.xdr.compare.growth import is_growth, merge_sizes
from abidiff.surfaces.xdr.compare.programs import Side, of_number, paired
from abidiff.surfaces.xdr.compare.spell import signature, spell
from abidiff.surfaces.xdr.compare.variants import under_conditions
from abidiff.surfaces.xdr.compare.walk import Pair
from abidiff.surfaces.xdr.model import (
    VOID,
    Named,
    Procedure,
    Protocol,
    Protocols,
    Struct,
    Type,
    Union,
    Version,
    target,
)
from abidiff.surfaces.xdr.wire.example import reads_alike
from abidiff.surfaces.xdr.wire.language import Language
from abidiff.surfaces.xdr.wire.uses import differing
from abidiff.surfaces.xdr.wire.values import Spot
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

MAX_FRESH = 8
MAX_TRIED = 20_000
"""So many pairs of a type that is gone and a new one are tried for one that takes the other."""


def compare(old: Protocols, new: Protocols) -> Sequence[Change]:
    """Return what two releases' protocols differ by, in a deterministic order."""
    found = _compared(old, new)
    return [*found, *under_conditions(old, new, found, _compared)] if old.variants or old.skipped else found


def _compared(old: Protocols, new: Protocols) -> Sequence[XdrChange]:
    """Return what two sets of protocols differ by; names of conditions are as they are."""
    return [] if old.protocols == new.protocols else _Comparison(Scope(old), Scope(new)).run()


class _Comparison:
    """One comparison: both scopes, what was found, and the messages that carry types."""

    def __init__(self, old: Scope, new: Scope) -> None:
        self.old = old
        self.new = new
        self.differ = Differ(old, new)
        self.language = Language(old, new)
        self.carries_nothing = Language(old, old)
        self.nameless = Language(old, new, named=False)
        self._accepted: dict[str, bool] = {}
        self._taken: dict[Pair, bool] = {}
        self.found: list[XdrChange] = []
        self.messages: dict[str, Message] = {}
        self.differing = differing(old, new)
        self._fresh: list[tuple[tuple[str, str, Ref], tuple[object, ...] | None]] | None = None
        self._tried = 0

    def run(self) -> list[XdrChange]:
        units: dict[str, str] = {}
        for left, right in paired(self.old.model, self.new.model):
            if left and right:
                units.setdefault(left.unit, right.unit)
                self._programs(left, right)
            elif left and (homes := of_number(self.new.model, left)):
                self._programs(left, homes[0])  # the program stands in another file too
            elif left and not self.new.model.unread:
                self._program_gone(left)
            elif right and (homes := of_number(self.old.model, right)):
                self._versions_added(homes, right, right.program.location)
            elif right and not self.old.model.unread:
                self._program_added(right)
        units = counterparts(self.old.model, self.new.model, units)
        for protocol in self.old.model.protocols:
            self._roots(protocol, units[protocol.name])
        self._new_roots()
        typed = list(merge_sizes(at_their_roots(self._typed(), self.old.model, self.new.model)))
        pairs = {(c.unit, c.subject, c.names) for c in typed if isinstance(c, Renamed)}
        self.found = [c for c in self.found if not isinstance(c, Renamed) or (c.unit, c.subject, c.names) not in pairs]
        self.found += typed
        self.found += lowered(self.old.model, self.new.model, units)
        self.found += conditional(self.old.model, self.new.model, units)
        self.found = fold(located(self.found, self.old, self.new), self.old.model, self.new.model, units)
        return sorted(self.found, key=_order)

    # ---- programs and versions

    def _program_gone(self, side: Side) -> None:
        procedure = next((p for v in side.program.versions for p in v.procedures), None)
        self.found.append(
            ProgramGone(
                side.unit, side.program.name, old=side.program.location, number=side.program.number,
                reaches=tuple(p.name for v in side.program.versions for p in v.procedures),
                roles=frozenset((Role.ARGUMENTS,)),
                evidence=self._call(side, None, side.program.versions[0], None, procedure, None),
            )
        )  # fmt: skip

    def _program_added(self, side: Side) -> None:
        count = sum(len(v.procedures) for v in side.program.versions)
        self.found.append(
            ProgramAdded(side.unit, side.program.name, new=side.program.location, number=side.program.number,
                         procedures=count)
        )  # fmt: skip

    def _programs(self, left: Side, right: Side) -> None:
        old, new = left.program, right.program
        if old.name != new.name:
            names = ((old.name, new.name),)
            self.found.append(
                Renamed(left.unit, old.name, old=old.location, new=new.location, what="program", names=names)
            )
        if old.number != new.number and None not in (old.number, new.number):
            version = old.versions[0]
            procedure = version.procedures[0] if version.procedures else None
            self.found.append(
                ProgramRenumbered(
                    left.unit, old.name, old=old.location, new=new.location, before=old.number, after=new.number,
                    roles=frozenset((Role.ARGUMENTS,)),
                    reaches=tuple(p.name for v in old.versions for p in v.procedures),
                    evidence=self._call(left, right, version, new.versions[0], procedure, None),
                )
            )  # fmt: skip
        rights = of_number(self.new.model, right) or [right]
        numbers = {v.number: (side, v) for side in reversed(rights) for v in side.program.versions}
        numbers |= {v.number: (right, v) for v in new.versions}
        if len(old.versions) == len(new.versions) == 1 and None in (old.versions[0].number, new.versions[0].number):
            self._versions(left, right, old.versions[0], new.versions[0])  # the number is not told: a problem says so
            return
        for version in old.versions:
            if version.number in numbers:
                side, other = numbers[version.number]
                self._versions(left, side, version, other)
            else:
                self._version_gone(left, right, version)
        self._versions_added(of_number(self.old.model, left) or [left], right, old.location)

    def _versions_added(self, lefts: Sequence[Side], right: Side, place: Location) -> None:
        """Report what a program of the new release brings beyond those of its number in the old one."""
        known = {v.number for side in lefts for v in side.program.versions}
        for version in right.program.versions:
            if version.number not in known:
                self.found.append(
                    VersionAdded(lefts[0].unit, version.name, old=place, new=version.location, number=version.number,
                                 procedures=len(version.procedures))
                )  # fmt: skip

    def _version_gone(self, left: Side, right: Side, version: Version) -> None:
        instead = tuple(sorted(v.number for v in right.program.versions if v.number is not None))
        procedure = version.procedures[0] if version.procedures else None
        self.found.append(
            VersionGone(
                left.unit, left.program.name, key=str(version.number), old=version.location,
                new=right.program.location, number=version.number, instead=instead,
                roles=frozenset((Role.ARGUMENTS,)), reaches=tuple(p.name for p in version.procedures),
                evidence=self._call(left, right, version, None, procedure, None),
            )
        )  # fmt: skip

    # ---- procedures

    def _versions(self, left: Side, here: Side, old: Version, new: Version) -> None:
        new, homes = self._merged(here, new)
        right = here
        by_number = {p.number: p for p in new.procedures}
        by_name = {p.name: p for p in new.procedures}
        twice = _twice(old) | _twice(new)  # a problem speaks of them: only the number tells which one is meant
        lefts = [v for s in of_number(self.old.model, left) for v in s.program.versions if v.number == old.number]
        old_names = {p.name for v in (old, *lefts) for p in v.procedures}
        had = {(p.name, p.number) for v in (old, *lefts) for p in v.procedures}  # files may hold copies of a program
        claimed: set[str] = set()
        for before in old.procedures:
            if before.name in new.unnumbered:
                continue
            same = by_number.get(before.number)
            named = by_name.get(before.name)
            if before.name in twice:
                named = same if same is not None and same.name == before.name else None
            right = homes.get((named or same or before).number, here)
            if named is not None and same is None and self._answered_anyway(left, before):
                self._procedure(left, right, before, named)  # it has a second number now
            elif named is not None and named is not same:
                claimed.add(named.name)
                if same is not None and same.name not in old_names:
                    claimed.add(same.name)
                self._renumbered(left, right, (old, new), before, named, same)
                self._procedure(left, right, before, named)
            elif same is None:
                self._gone(left, right, (old, new), before)
            elif same is named:
                claimed.add(same.name)
                self._procedure(left, right, before, same)
            elif same.name not in old_names or (same.name, same.number) in had:
                claimed.add(same.name)
                self._other_name(left, right, (old, new), before, same)
            else:  # its number now belongs to one that had another
                self._gone(left, right, (old, new), before)
        elsewhere = old_names - {p.name for p in old.procedures}
        for after in new.procedures:
            if after.number in homes or after.name in elsewhere:
                continue
            if after.name not in claimed and after.name not in old.unnumbered:
                self.found.append(
                    ProcedureAdded(
                        left.unit, after.name, old=old.location, new=after.location, number=after.number,
                        event=after.event, acl=after.acl, signature=signature(after),
                    )
                )  # fmt: skip

    def _merged(self, right: Side, version: Version) -> tuple[Version, dict[int, Side]]:
        """Return a version with the procedures that other files give it, and where these stand."""
        homes: dict[int, Side] = {}
        procedures = list(version.procedures)
        taken = {p.number for p in procedures}
        for side in of_number(self.new.model, right):
            for other in side.program.versions:
                if side == right or other.number != version.number:
                    continue
                for procedure in other.procedures:
                    if procedure.number not in taken:
                        taken.add(procedure.number)
                        procedures.append(procedure)
                        homes[procedure.number] = side
        return msgspec.structs.replace(version, procedures=tuple(procedures)), homes

    def _gone(self, left: Side, right: Side, versions: tuple[Version, Version], procedure: Procedure) -> None:
        if self._answered_anyway(left, procedure):
            return
        self.found.append(
            ProcedureGone(
                left.unit, procedure.name, old=procedure.location, new=versions[1].location, number=procedure.number,
                event=procedure.event, reaches=(procedure.name,), roles=_roles(procedure),
                evidence=self._call(left, right, *versions, procedure, None),
            )
        )  # fmt: skip

    def _answered_anyway(self, side: Side, procedure: Procedure) -> bool:
        """Whether a call is the one that tries whether a server is there (RFC 5531 section 12): all dispatchers do."""
        if procedure.number or side.program.libvirt or procedure.event:
            return False
        old = self._refs(side, (*procedure.args, procedure.result))
        return self.carries_nothing.accepts(old, ()) and self.carries_nothing.accepts((), old)

    def _renumbered(
        self, left: Side, right: Side, versions: tuple[Version, Version], before: Procedure, after: Procedure,
        taken: Procedure | None,
    ) -> None:  # fmt: skip
        self.found.append(
            ProcedureRenumbered(
                left.unit, before.name, old=before.location, new=after.location, before=before.number,
                after=after.number, taken_by=taken.name if taken else "", event=before.event,
                reaches=(before.name,), roles=_roles(before),
                evidence=self._call(left, right, *versions, before, taken),
            )
        )  # fmt: skip

    def _other_name(
        self, left: Side, right: Side, versions: tuple[Version, Version], before: Procedure, after: Procedure
    ) -> None:
        """The number is there under another name: a rename when the shapes are equal, else another procedure."""
        if before.event == after.event and self._same_shapes(left, right, before, after):
            names = ((before.name, after.name),)
            self.found.append(
                Renamed(left.unit, before.name, old=before.location, new=after.location, what="procedure", names=names)
            )
            self._procedure(left, right, before, after)
            return
        self.found.append(
            NumberReused(
                left.unit, before.name, old=before.location, new=after.location, number=before.number, now=after.name,
                event=before.event, before_signature=signature(before), after_signature=signature(after),
                reaches=(before.name,), roles=_roles(before),
                evidence=self._call(left, right, *versions, before, after),
            )
        )  # fmt: skip

    def _same_shapes(self, left: Side, right: Side, before: Procedure, after: Procedure) -> bool:
        """Whether the new procedure takes, and answers, whatever the old one did: names aside, it only grew."""
        args = (self._refs(left, before.args), self._refs(right, after.args))
        results = (self._refs(left, (before.result,)), self._refs(right, (after.result,)))
        if self.language.accepts(*args) and self.language.accepts(*results):
            return True
        if len(before.args) != len(after.args):
            return False
        inside = Differ(self.old, self.new, level=1)
        for a, b in [*zip(*args, strict=True), *zip(*results, strict=True)]:
            inside.message("", a, b, before.location, after.location, before.name)
        found = [
            change
            for owner, changes in inside.changes.items()
            for change in changes  # what differs below the same name on both sides is reported there
            if isinstance(owner, str) or owner.old[1] != owner.new[1]
        ]
        return all(is_growth(change) for change in found)

    def _refs(self, side: Side, kinds: Sequence[Type]) -> tuple[Ref, ...]:
        return tuple(Ref(side.unit, kind) for kind in kinds)

    def _same_call(self, left: Side, right: Side, before: Procedure, after: Procedure) -> bool:
        """Whether nothing but the name of the result tells a call from an event."""
        if before.args or after.args:
            return False
        return self.language.accepts(self._refs(left, (before.result,)), self._refs(right, (after.result,)))

    def _procedure(self, left: Side, right: Side, before: Procedure, after: Procedure) -> None:
        """Compare what a procedure that exists on both sides carries, and who may call it."""
        change = access_change(left.unit, before, after)
        if change is not None:
            self.found.append(change)
        if before.event != after.event:
            same = self._same_call(left, right, before, after)
            self.found.append(
                ProcedureKindChanged(
                    left.unit, before.name, old=before.location, new=after.location, event=after.event, same=same,
                    reaches=(before.name,), roles=frozenset((Role.ARGUMENTS, Role.RESULT)),
                    evidence=self._call(left, right, None, None, before, after),
                )
            )  # fmt: skip
            if not same:
                return
        if self._carry_the_same(left, right, before, after):
            return
        self._part(left, right, before, after, Role.ARGUMENTS, before.args, after.args)
        old = () if before.result == VOID else (before.result,)
        new = () if after.result == VOID else (after.result,)
        self._part(left, right, before, after, Role.EVENT if before.event else Role.RESULT, old, new)

    def _carry_the_same(self, left: Side, right: Side, before: Procedure, after: Procedure) -> bool:
        """Whether the types of a procedure are the same all the way down: then there is nothing to find in them."""
        if left.unit != right.unit or before.args != after.args or before.result != after.result:
            return False
        return not any(self._differs(left.unit, target(kind)) for kind in (*before.args, before.result))

    def _differs(self, unit: str, name: str | None) -> bool:
        if name is None:
            return False
        one, other = self.old.find(unit, name), self.new.find(unit, name)
        if one is None or other is None:
            return one is not other
        return one[0] != other[0] or (one[0], name) in self.differing

    def _part(
        self, left: Side, right: Side, before: Procedure, after: Procedure, role: Role,
        old: tuple[Type, ...], new: tuple[Type, ...],
    ) -> None:  # fmt: skip
        label = f"{before.name} ({role})"
        one = tuple(Ref(left.unit, kind) for kind in old)
        other = tuple(Ref(right.unit, kind) for kind in new)
        place = before.location  # versions of one program may name their procedures alike
        root = f"{left.unit}\0{label}\0{place.path}:{place.line}:{place.column}"
        message = Message(label, role, one, other)
        self.messages[root] = message
        if len(old) != len(new) and self._accepts(root):
            return
        if bool(old) != bool(new):
            self._gained_or_lost(left, before, after, message)
        elif len(old) != len(new):
            self.found.append(
                TypeChanged(
                    left.unit, label, old=before.location, new=after.location, reaches=(label,),
                    roles=frozenset((role,)),
                    before=", ".join(map(str, old)), after=", ".join(map(str, new)),
                    evidence=Evidence(self.old, self.new, Spot(("", "")), Spot(("", "")), (message,)),
                )
            )  # fmt: skip
        for a, b in zip(one, other, strict=False):
            self.differ.message(root, a, b, before.location, after.location, label)

    def _gained_or_lost(self, left: Side, before: Procedure, after: Procedure, message: Message) -> None:
        scope, refs = (self.new, message.new) if message.new else (self.old, message.old)
        kind = MessageGained if message.new else MessageLost
        self.found.append(
            kind(
                left.unit, before.name, key=str(message.role), old=before.location, new=after.location,
                role=message.role, type=", ".join(spell(scope, ref) for ref in refs), reaches=(message.label,),
                roles=frozenset((message.role,)),
                evidence=Evidence(self.old, self.new, Spot(("", "")), Spot(("", "")), (message,)),
            )
        )  # fmt: skip

    def _call(
        self, left: Side, right: Side | None, old: Version | None, new: Version | None,
        before: Procedure | None, after: Procedure | None,
    ) -> Any:  # fmt: skip
        return CallEvidence(
            self.old, self.new, left.unit, right.unit if right else "", left.program, right.program if right else None,
            old, new, before, after,
        )  # fmt: skip

    # ---- types that travel on their own

    def _roots(self, protocol: Protocol, other: str) -> None:
        for name in protocol.roots:
            definition = self.old.types[protocol.name][name]
            unit = self._home(other, name)
            if unit is None:
                if not self.new.model.unread:
                    self._root_gone(protocol, name)
                continue
            if unit == protocol.name and (unit, name) not in self.differing:
                continue
            after = self.new.types[unit][name]
            root = f"{protocol.name}\0{name} (message)"
            one, two = Ref(protocol.name, Named(name)), Ref(unit, Named(name))
            self.messages[root] = Message(name, Role.MESSAGE, (one,), (two,))
            self.differ.message(root, one, two, definition.location, after.location, name)

    def _home(self, unit: str, name: str) -> str | None:
        """Return the new unit that defines a type: the counterpart first, then any that does."""
        found = self.new.find(unit, name) if unit in self.new.types else None
        if found is not None:
            return found[0]
        return next((u for u in sorted(self.new.types) if name in self.new.types[u]), None)

    def _root_gone(self, protocol: Protocol, name: str) -> None:
        definition = self.old.types[protocol.name][name]
        ref = Ref(protocol.name, Named(name))
        found, same = self._alike(ref)
        if found is not None:
            unit, other, now = found
            after = self.new.types[unit][other]
            self.found.append(
                Renamed(protocol.name, name, old=definition.location, new=after.location, what="type",
                        names=((name, other),))
            )  # fmt: skip
            if not same:
                root = f"{protocol.name}\0{name} (message)"
                self.messages[root] = Message(name, Role.MESSAGE, (ref,), (now,))
                self.differ.message(root, ref, now, definition.location, after.location, name)
            return
        message = Message(name, Role.MESSAGE, (ref,), ())
        self.found.append(
            MessageTypeGone(
                protocol.name, name, old=definition.location, message=isinstance(definition, Struct | Union),
                reaches=(name,), roles=frozenset((Role.MESSAGE,)),
                evidence=Evidence(self.old, self.new, Spot(("", "")), Spot(("", "")), (message,),
                                  tuple(new[2] for new, _ in (self._fresh or [])[:MAX_FRESH])),
            )
        )  # fmt: skip

    def _alike(self, ref: Ref) -> tuple[tuple[str, str, Ref] | None, bool]:
        """Return a new message of the same shape as an old one (True), else one that takes what it took (False).

        All of what it took, or at least a small example: then what differs is told as differences.
        """
        wire = self.differ.wire
        if self._fresh is None:
            found = [(unit, name, Ref(unit, Named(name))) for unit, name in self._fresh_roots()]
            self._fresh = [(new, wire.outline(self.new, new[2])) for new in sorted(found)]
        outline = wire.outline(self.old, ref)
        for new, other in self._fresh:
            if (outline == other or None in (outline, other)) and wire.same(ref, new[2]):
                return new, True
        for new, _ in self._fresh:
            self._tried += 1
            if self._tried > MAX_TRIED:
                break
            if self.language.accepts((ref,), (new[2],)):
                return new, False
        for new, _ in self._fresh[:MAX_FRESH]:
            if reads_alike(self.old, ref, self.new, new[2]):
                return new, False
        return None, False

    def _fresh_roots(self) -> Iterator[tuple[str, str]]:
        """Yield the types that nothing names in the new release and that the old one did not have."""
        known = {name for types in self.old.types.values() for name in types}
        for protocol in self.new.model.protocols:
            for name in protocol.roots:
                if name not in known:
                    yield protocol.name, name

    def _new_roots(self) -> None:
        if self.old.model.unread:
            return
        renamed = {new for c in self.found if isinstance(c, Renamed) and c.what == "type" for _, new in c.names}
        for unit, name in self._fresh_roots():
            if name not in renamed and isinstance(self.new.types[unit][name], Struct | Union):
                place = self.new.types[unit][name].location
                self.found.append(MessageTypeAdded(unit, name, new=place))

    # ---- from the differ

    def _typed(self) -> Iterator[XdrChange]:
        """Give every difference of types the messages that carry it."""
        for owner, changes in self.differ.changes.items():
            roots = sorted(self.differ.reached_roots(owner) if isinstance(owner, Pair) else {owner})
            for change in changes:
                told = [root for root in roots if is_growth(change) or not self._accepts(root)]
                if isinstance(owner, Pair):
                    change = self._beside(owner, change)
                if isinstance(owner, Pair) and not is_growth(change) and self._takes(owner):
                    told = []  # what else is wrong with the message is told where it is
                if not told and isinstance(change, ArmMoved):
                    told = roots  # old peers that let unknown enumerators pass read the default arm
                elif isinstance(change, MembersReordered) and (change.exchanged or not told):
                    change, told = msgspec.structs.replace(change, exchanged=True), roots
                if not told and roots:
                    continue
                carried = [self.messages[root] for root in told]
                labels = _reached(carried)
                roles = frozenset(message.role for message in carried)
                evidence = change.evidence
                if isinstance(evidence, Evidence):
                    evidence = evidence.carried_by(carried)
                yield msgspec.structs.replace(change, reaches=labels, roles=roles, evidence=evidence)

    def _beside(self, pair: Pair, change: XdrChange) -> XdrChange:
        """Tell a change in the light of the others of its definitions, and of the unions that an enum selects in."""
        if isinstance(change, Renamed) and change.what == "type" and not self._takes(pair):
            return msgspec.structs.replace(change, same=False)
        if isinstance(change, EnumValuesRenumbered) and change.exchanged:
            users = [user for user in self.differ.parents[pair] if isinstance(user, Pair)]
            refs = [[Ref(unit, Named(name)) for unit, name in (user.old, user.new)] for user in users]
            unions = [ref for ref in refs if isinstance((self.old.definition(ref[0]) or ("", None))[1], Union)]
            if not all(self.nameless.accepts((one,), (other,)) for one, other in unions):
                return msgspec.structs.replace(change, exchanged=False)
        return change

    def _takes(self, pair: Pair) -> bool:
        """Whether the new definition, by itself, takes whatever the old one did."""
        if pair not in self._taken:
            one, other = (Ref(unit, Named(name)) for unit, name in (pair.old, pair.new))
            self._taken[pair] = self.language.accepts((one,), (other,))
        return self._taken[pair]

    def _accepts(self, root: str) -> bool:
        """Whether the new side takes every message of the old one as it was meant."""
        if root not in self._accepted:
            message = self.messages[root]
            self._accepted[root] = self.language.accepts(message.old, message.new)
        return self._accepted[root]


def _reached(messages: Sequence[Message]) -> tuple[str, ...]:
    """List messages, one entry a procedure: ``DEMO_PROC_GET (arguments, result)``."""
    parts: dict[str, list[str]] = {}
    for message in messages:
        name, _, part = message.label.partition(" (")
        parts.setdefault(name, []).append(part.rstrip(")"))
    return tuple(
        f"{name} ({', '.join(sorted(set(found)))})" if found[0] else name for name, found in sorted(parts.items())
    )


def _twice(version: Version) -> set[str]:
    """Return the procedure names that a version gives to several numbers."""
    names = [procedure.name for procedure in version.procedures]
    return {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else set()


def _roles(procedure: Procedure) -> frozenset[Role]:
    return frozenset((Role.EVENT,) if procedure.event else (Role.ARGUMENTS,))


def _order(change: XdrChange) -> tuple[Any, ...]:
    added = isinstance(change, ProcedureAdded | VersionAdded)
    place = (change.new if added else change.old) or change.new or Location("")
    return (change.unit, added, place.path, place.line, type(change).__name__, change.subject, change.key)
