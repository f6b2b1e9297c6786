"""Random changes to a schema's XML: small ones, most of which break something."""

from __future__ import annotations

from random import Random

from lxml import etree

from tests.surfaces.rng.support import RNG

_WRAPPERS = ("optional", "zeroOrMore", "oneOrMore", "group", "interleave", "choice")
_N = f"{{{RNG}}}"


def mutate(text: str, random: Random) -> str:
    root = etree.fromstring(text.encode())
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        nodes = [node for node in root.iter() if node.getparent() is not None and isinstance(node.tag, str)]
        nodes = [node for node in nodes if node.tag not in (_N + "start", _N + "define", _N + "param", _N + "grammar")]
        if nodes:
            _change(random.choice(nodes), nodes, random)
    return etree.tostring(root).decode()


def _change(node: etree._Element, nodes: list[etree._Element], random: Random) -> None:
    parent = node.getparent()
    assert parent is not None
    kind = random.randrange(9)
    local = node.tag.removeprefix(_N)
    if local in ("name", "anyName", "nsName", "except"):
        if local == "name":
            node.text = random.choice("abcd")
        return
    if kind == 0 and len(parent) > 1:
        parent.remove(node)
    elif kind == 1:
        wrapper = etree.Element(_N + random.choice(_WRAPPERS))
        parent.replace(node, wrapper)
        wrapper.append(node)
    elif kind == 2 and local in _WRAPPERS:
        node.tag = _N + random.choice(_WRAPPERS)
    elif kind == 3 and local in ("optional", "zeroOrMore", "oneOrMore") and len(node) == 1:
        parent.replace(node, node[0])
    elif kind == 4 and local == "value":
        node.text = random.choice(("x", "y", "1", "true", ""))
    elif kind == 5:
        other = random.choice(nodes)
        if other.tag.removeprefix(_N) not in ("name", "anyName", "nsName", "except"):
            parent.insert(parent.index(node) + 1, etree.fromstring(etree.tostring(other)))
    elif kind == 6 and len(node) > 1 and local not in ("element", "attribute"):
        node.append(node[0])
    elif kind == 7 and local == "data":
        node.set("type", random.choice(("string", "token", "integer", "NCName", "unsignedByte", "date")))
    elif kind == 8 and local == "ref":
        node.set("name", random.choice(("one", "two", "three")))
