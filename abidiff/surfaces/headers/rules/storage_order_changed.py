"""The numbers in a struct are stored in another order of bytes."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import StorageOrderChanged
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import BINARY, finding, on_targets


def _check(change: StorageOrderChanged) -> Iterable[Finding]:
    before, after = (record.order or "the target's own" for record in (change.old, change.new))
    yield finding(
        RULE,
        change,
        f"{change.subject} is stored in {after} order, was {before}{on_targets(change.targets)}",
        breaks="programs already built write and read its numbers the other way round",
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=BINARY,
        targets=change.targets,
        witness=attributes.storage_order(change),
    )


RULE = Rule(
    id="headers/storage-order-changed",
    summary="the scalar storage order of a struct or union changed",
    why=(
        "The attribute or pragma scalar_storage_order makes the compiler swap bytes at every access. Both sides "
        "have to do the same."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(StorageOrderChanged,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "a pragma less",
            "#pragma scalar_storage_order big-endian\nstruct ship { int a; };\n#pragma scalar_storage_order default\n",
            "struct ship { int a; };\n",
            fires=("struct ship",),
        ),
        Example(
            "the attribute for the pragma",
            "#pragma scalar_storage_order big-endian\nstruct ship { int a; };\n",
            'struct __attribute__((scalar_storage_order("big-endian"))) ship { int a; };\n',
        ),
    ),
)
