"""The models of one side: each unpacked only when somebody looks into it, and known by what it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
    """One model as bytes.  ``flawed``: it holds problems; ``apart``: its bytes lie under the origin's key."""

    origin: Origin
    census: dict[str, int]
    flawed: bool
    model: msgspec.Raw
    apart: bool = False


_NOTHING = msgspec.Raw(msgspec.msgpack.encode(None))


class Part:
    """The model of one surface, as it was made or as it was packed.

    ``missing``: the paths that were looked for in making it and are not among the files, where this is known.
    """

    __slots__ = ("_fetch", "_model", "_packed", "census", "flawed", "missing", "name", "origin")

    def __init__(self, name: str, origin: Origin, census: Mapping[str, int], *, flawed: bool) -> None:
        self.name, self.origin, self.census, self.flawed = name, origin, dict(census), flawed
        self.missing: tuple[str, ...] = ()
        self._model: Any = None
        self._packed: msgspec.Raw | None = None
        self._fetch: Callable[[], bytes] | None = None

    @classmethod
    def made(cls, name: str, model: Any, origin: Origin, packed: bytes = b"") -> Part:
        """Take a model as it is; ``packed``: as bytes, where these are known."""
        found = cls(name, origin, registry.surface(name).census(model), flawed=bool(model.problems))
        found._model = model
        found._packed = msgspec.Raw(packed) if packed else None
        return found

    @classmethod
    def held(cls, name: str, packed: PackedPart, fetch: Callable[[], bytes] | None = None) -> Part:
        """Take a model that is still packed; ``fetch`` returns its bytes where they lie apart."""
        found = cls(name, packed.origin, packed.census, flawed=packed.flawed)
        if packed.apart:
            found._fetch = fetch
        else:
            found._packed = packed.model
        return found

    def of(self, origin: Origin) -> Part:
        """Return the same model as one of another origin."""
        found = Part(self.name, origin, self.census, flawed=self.flawed)
        found._model, found._packed, found._fetch = self._model, self._packed, self._fetch
        return found

    @property
    def model(self) -> Any:
        """The model; unpacked now if it was not before."""
        if self._model is None:
            self._model = msgspec.msgpack.decode(self._bytes(), type=registry.surface(self.name).model())
        return self._model

    def pack(self, *, apart: bool = False) -> PackedPart:
        """Return the model as bytes, or with ``apart`` only what is known of it."""
        model = _NOTHING if apart else msgspec.Raw(self._bytes())
        return PackedPart(self.origin, self.census, self.flawed, model, apart)

    @property
    def apart(self) -> bool:
        """Whether the bytes of the model lie elsewhere."""
        return self._fetch is not None

    def _bytes(self) -> msgspec.Raw | bytes:
        if self._packed is None:
            found = self._fetch() if self._fetch is not None else msgspec.msgpack.encode(self._model)
            self._packed = msgspec.Raw(found)
        return self._packed

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
