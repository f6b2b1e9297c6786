"""The models of one side: each unpacked only when somebody looks into it, and known by what it was made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from abidiff import surfaces as registry
from abidiff.files import Trace


class Origin(msgspec.Struct, frozen=True, array_like=True):
    """What a model was made of: the settings, the trace of what was read, and the key that only equal models share.

    The key is empty when nothing is known.
    """

    settings: str = ""
    trace: Trace = Trace()
    key: str = ""


class PackedPart(msgspec.Struct, frozen=True, array_like=True):
    """One model as bytes.  ``flawed``: it holds problems."""

    origin: Origin
    census: dict[str, int]
    flawed: bool
    model: msgspec.Raw


class Part:
    """The model of one surface, as it was made or as it was packed.

    ``missing``: the paths that were looked for in making it and are not among the files, where this is known.
    """

    __slots__ = ("_model", "_packed", "census", "flawed", "missing", "name", "origin")

    def __init__(self, name: str, origin: Origin, census: Mapping[str, int], *, flawed: bool) -> None:
        self.name, self.origin, self.census, self.flawed = name, origin, dict(census), flawed
        self.missing: tuple[str, ...] = ()
        self._model: Any = None
        self._packed: msgspec.Raw | None = None

    @classmethod
    def made(cls, name: str, model: Any, origin: Origin, packed: bytes = b"") -> Part:
        """Take a model as it is; ``packed``: as bytes, where these are known."""
        found = cls(name, origin, registry.surface(name).census(model), flawed=bool(model.problems))
        found._model = model
        found._packed = msgspec.Raw(packed) if packed else None
        return found

    @classmethod
    def held(cls, name: str, packed: PackedPart) -> Part:
        """Take a model that is still packed."""
        found = cls(name, packed.origin, packed.census, flawed=packed.flawed)
        found._packed = packed.model
        return found

    def of(self, origin: Origin) -> Part:
        """Return the same model as one of another origin."""
        found = Part(self.name, origin, self.census, flawed=self.flawed)
        found._model, found._packed = self._model, self._packed
        return found

    @property
    def model(self) -> Any:
        """The model; unpacked now if it was not before."""
        if self._model is None:
            self._model = msgspec.msgpack.decode(self._packed or b"", type=registry.surface(self.name).model())
        return self._model

    def pack(self) -> PackedPart:
        """Return the model as bytes."""
        if self._packed is None:
            self._packed = msgspec.Raw(msgspec.msgpack.encode(self._model))
        return PackedPart(self.origin, self.census, self.flawed, self._packed)

    def equals(self, other: Part) -> bool:
        """Tell whether two models are equal, places included."""
        if self.origin.key and self.origin.key == other.origin.key:
            return True
        return bool(self.model == other.model)


class Models(Mapping[str, Any]):
    """Surface name → model."""

    __slots__ = ("parts",)

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self.parts = dict(parts)

    def __getitem__(self, name: str) -> Any:
        return self.parts[name].model

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)
