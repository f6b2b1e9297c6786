"""What changed inside one record: a struct, a message, a schema's pattern.  The one user of deepdiff.

deepdiff compares lists by position, so named items become mappings by name first.
It is slow to load and to run, and therefore only used when somebody asks for one name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Where something stands is no part of what it is.
_PLACES = frozenset(("id", "location", "mark", "place", "places", "column", "line", "comment", "fingerprint"))
_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: path inside the record, old and new value as text (empty: not there)."""

    path: str
    old: str
    new: str


def records(model: Any, name: str) -> dict[str, Any]:
    """Return path in the model → record, for everything of that name, places left out."""
    import msgspec

    return dict(_find(msgspec.to_builtins(model), name, "", 0))


def differences(old: Any, new: Any) -> list[Difference]:
    """Return what two records differ by, in a fixed order."""
    from deepdiff import DeepDiff

    found = DeepDiff(_keyed(old, 0), _keyed(new, 0), verbose_level=2, ignore_order=False, threshold_to_diff_deeper=0)
    out = []
    for kind, entries in found.items():
        for path, entry in entries.items():
            out.append(Difference(_path(path), *_values(kind, entry)))
    return sorted(out, key=lambda d: (d.path, d.old, d.new))


def _values(kind: str, entry: Any) -> tuple[str, str]:
    if kind.endswith("_added"):
        return "", _text(entry)
    if kind.endswith("_removed"):
        return _text(entry), ""
    return _text(entry["old_value"]), _text(entry["new_value"])


def _text(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _path(path: str) -> str:
    """Turn ``root['members']['berth']['type']`` into ``members.berth.type``."""
    return path.removeprefix("root").replace("']['", ".").replace("['", "").replace("']", "").lstrip(".") or "."


def _find(value: Any, name: str, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(value, Mapping):
        if value.get("name") == name:
            yield path or ".", _without_places(value, 0)
            return
        for key, item in value.items():
            if _is(key, name) and isinstance(item, Mapping | list | tuple):
                yield f"{path}.{key}".lstrip("."), _without_places(item, 0)
            else:
                yield from _find(item, name, f"{path}.{key}".lstrip("."), depth + 1)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            label = item.get("name") if isinstance(item, Mapping) else None
            yield from _find(item, name, f"{path}.{label or number}".lstrip("."), depth + 1)


def _is(key: str, name: str) -> bool:
    """Tell whether a key means the name: itself, or a tag (``struct _name``)."""
    return key == name or key.rpartition(" ")[2] in (name, f"_{name}")


def _without_places(value: Any, depth: int) -> Any:
    if depth > _DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {key: _without_places(item, depth + 1) for key, item in value.items() if key not in _PLACES}
    if isinstance(value, list | tuple):
        return [_without_places(item, depth + 1) for item in value]
    return value


def _keyed(value: Any, depth: int) -> Any:
    """Turn lists of named items into mappings by name."""
    if depth > _DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {key: _keyed(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        names = [item.get("name") for item in value if isinstance(item, Mapping)]
        if value and len(names) == len(value) and all(names) and len(set(names)) == len(names):
            return {name: _keyed(item, depth + 1) for name, item in zip(names, value, strict=True)}
        return [_keyed(item, depth + 1) for item in value]
    return value
