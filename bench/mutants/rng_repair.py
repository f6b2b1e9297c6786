"""A printed repair, applied to the new schema's files."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from lxml import etree

from abidiff.location import Location
from abidiff.surfaces.rng.change import Repair

N = "{http://relaxng.org/ns/structure/1.0}"
_AROUND = {"wrap": "optional", "repeat": "zeroOrMore"}


def apply(repair: Repair, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, bytes] | None:
    """Return the new files with the repair; None when a place that it names is not there."""
    now = _find(new[repair.now.path], repair.now, repair.new)
    was = _find(old[repair.was.path], repair.was, repair.old) if repair.action not in _AROUND else None
    if now is None or (was is None and repair.action not in _AROUND):
        return None
    root = now.getroottree().getroot()
    _change(repair.action, was, now)
    if was is not None:
        _bring_defines(was, root, old, new)
    return {**new, repair.now.path: etree.tostring(root, xml_declaration=True, encoding="UTF-8")}


def _find(data: bytes, place: Location, markup: str) -> Any:
    """Return the element that a markup is the start tag of, in the line of a place."""
    start, _, rest = markup.partition(">")
    wanted: Any = etree.fromstring(markup if "</" in rest else f"{start.rstrip('/')}/>")
    root: Any = etree.fromstring(data)
    for node in root.iter(N + wanted.tag):
        name = wanted.get("name")
        named = name is None or (node.get("name") or name).endswith(name)
        if node.sourceline == place.line and named and (wanted.text is None or node.text == wanted.text):
            return node
    if wanted.tag != "define":
        return None
    # a define stands where its first pattern does
    return next((node for node in root.iter(N + "define") if node.get("name") == wanted.get("name")), None)


def _change(action: str, was: Any, now: Any) -> None:
    if action == "swap":
        now.tag = was.tag
        return
    if action in ("beside", *_AROUND):
        holder = etree.Element(N + _AROUND.get(action, "choice"))
        now.getparent().replace(now, holder)
        holder.append(now)
        if was is not None:
            holder.append(copy.deepcopy(was))
        return
    if action == "allow" and now.tag != N + "choice":
        content = [part for part in now if isinstance(part.tag, str) and part.tag != N + "name"]
        holder = etree.SubElement(now, N + "choice")
        group = etree.SubElement(holder, N + "group")
        group.extend(content or [etree.Element(N + "text")])
        holder.append(copy.deepcopy(was))
        return
    before = list(was.itersiblings(etree.Element, preceding=True))
    now.insert(min(len(before), len(now)), copy.deepcopy(was))


def _bring_defines(was: Any, root: Any, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Add the defines that the part refers to and the new schema has no more."""
    there = {one.get("name") for data in new.values() for one in etree.fromstring(data).iter(N + "define")}
    defines = {one.get("name"): one for data in old.values() for one in etree.fromstring(data).iter(N + "define")}
    wanted = [ref.get("name") for ref in was.iter(N + "ref")]
    for name in wanted:
        if name not in there and name in defines:
            there.add(name)
            root.append(copy.deepcopy(defines[name]))
            wanted += [ref.get("name") for ref in defines[name].iter(N + "ref")]
