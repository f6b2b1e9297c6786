"""Many questions to rpcgen's decoders at once: the types of several witnesses in one program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from abidiff.errors import AbidiffError
from abidiff.surfaces.xdr.build.parse import parse_text
from abidiff.surfaces.xdr.model import Named, Protocol, Protocols
from abidiff.surfaces.xdr.prove.judge import Answer, Judge, JudgeError
from abidiff.surfaces.xdr.wire.wire import Ref, Scope

TOGETHER = 256
"""So many questions go into one program,"""

MOST = 1 << 18
"""of so many bytes of types and messages; a larger one is asked by itself."""


class Question(NamedTuple):
    """What a decoder makes of a message: a protocol's text, the name of its type there, and the bytes."""

    text: bytes
    name: str
    data: bytes

    @property
    def size(self) -> int:
        """The bytes of types and message."""
        return len(self.text) + len(self.data)


def answers(questions: Iterable[Question]) -> dict[Question, Answer]:
    """Return what the decoders say; a question that no program could be built or run for is left out."""
    found: dict[Question, Answer] = {}
    for batch in _batches(dict.fromkeys(questions)):
        _ask(batch, found)
    return found


def _batches(questions: Iterable[Question]) -> Iterator[list[Question]]:
    batch: list[Question] = []
    texts: set[bytes] = set()
    size = 0
    for question in questions:
        if question.size > MOST:
            continue
        more = question.size if question.text not in texts else len(question.data)
        if batch and (len(batch) >= TOGETHER or size + more > MOST):
            yield batch
            batch, texts, size, more = [], set(), 0, question.size
        batch.append(question)
        texts.add(question.text)
        size += more
    if batch:
        yield batch


def _ask(batch: Sequence[Question], found: dict[Question, Answer]) -> None:
    """Ask a batch; where that fails each half of it, down to single questions."""
    try:
        found.update(zip(batch, _answered(batch), strict=True))
    except (JudgeError, AbidiffError, OSError):
        if len(batch) > 1:
            _ask(batch[: len(batch) // 2], found)
            _ask(batch[len(batch) // 2 :], found)


def _answered(batch: Sequence[Question]) -> list[Answer]:
    units: dict[bytes, str] = {}
    protocols: list[Protocol] = []
    for question in batch:
        if question.text not in units:
            units[question.text] = f"w{len(units)}"
            model = parse_text(f"{units[question.text]}.x", question.text)
            if model.problems:
                raise JudgeError(model.problems[0].message)
            protocols += model.protocols
    refs = [Ref(units[question.text], Named(question.name)) for question in batch]
    kinds = list(dict.fromkeys(refs))
    places = {ref: place for place, ref in enumerate(kinds)}
    longest = 2 * max(len(question.data) for question in batch) + 4096
    with Judge(Scope(Protocols(tuple(protocols))), kinds, longest=longest) as decoder:
        return decoder.ask([(places[ref], question.data) for ref, question in zip(refs, batch, strict=True)])


__all__ = ["Question", "answers"]
