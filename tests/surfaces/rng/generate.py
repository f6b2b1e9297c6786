"""Random schemas over a small alphabet (many of them wrong), and random documents."""

from __future__ import annotations

from random import Random

from tests.surfaces.rng.support import RNG, XSD

NAMES = "abcd"
DEFINES = ("one", "two", "three")
TYPES = ("string", "token", "integer", "NCName", "boolean", "decimal", "date", "unsignedByte", "anyURI")
VALUES = ("x", "y", "1", "01", "true", " x ", "x y", "", "-1", "2001-01-01")
KINDS = (
    *("element", "element", "attribute", "attribute", "ref", "text", "empty", "value", "data", "list"),
    *("group", "choice", "choice", "interleave", "interleave", "optional", "zeroOrMore", "oneOrMore"),
    *("optional", "mixed", "notAllowed", "grammar"),
)


class Generator:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.budget = random.randint(4, 30)

    def schema(self) -> str:
        pick = self.random
        if pick.random() < 0.2:
            return self.element("top", ns=True)
        out = [f'<grammar xmlns="{RNG}" datatypeLibrary="{XSD}">']
        out.append(f"<start>{pick.choice((self.element('top'), self.ref(), self.ref()))}</start>")
        for name in DEFINES:
            combine = pick.choice(("", "", "", ' combine="choice"', ' combine="interleave"'))
            for _ in range(2 if combine else 1):
                body = self.element("define") if pick.random() < 0.5 else self.pattern(0)
                out.append(f'<define name="{name}"{combine}>{body}</define>')
        return "".join([*out, "</grammar>"])

    def ref(self) -> str:
        return f'<ref name="{self.random.choice(DEFINES)}"/>'

    def names(self) -> str:
        pick = self.random.random()
        if pick < 0.75:
            return f"<name>{self.random.choice(NAMES)}</name>"
        if pick < 0.8:
            return '<name ns="urn:n">a</name>'
        if pick < 0.85:
            return "<choice><name>a</name><name>b</name></choice>"
        if pick < 0.9:
            return "<anyName/>"
        if pick < 0.95:
            return f"<anyName><except><name>{self.random.choice(NAMES)}</name><nsName/></except></anyName>"
        return '<nsName ns="urn:n"><except><name>b</name></except></nsName>'

    def element(self, where: str, *, ns: bool = False) -> str:
        self.budget -= 1
        head = f' xmlns="{RNG}" datatypeLibrary="{XSD}"' if ns else ""
        body = "".join(self.pattern(0) for _ in range(self.random.choice((1, 1, 2, 3))))
        return f"<element{head}>{self.names()}{body}</element>"

    def pattern(self, depth: int) -> str:
        self.budget -= 1
        pick = self.random
        if self.budget < 0 or depth > 5:
            return pick.choice(("<empty/>", "<text/>", "<notAllowed/>", self.value(), self.ref()))
        kind = pick.choice(KINDS)
        match kind:
            case "element":
                return self.element("inside")
            case "attribute":
                return self.attribute(depth)
            case "ref":
                return self.ref()
            case "value":
                return self.value()
            case "data":
                return self.data()
            case "text" | "empty" | "notAllowed":
                return f"<{kind}/>"
            case "grammar":
                inner = pick.choice(('<parentRef name="one"/>', '<ref name="in"/>'))
                return f'<grammar><start>{inner}</start><define name="in">{self.pattern(depth + 1)}</define></grammar>'
            case "list":
                parts = "".join(pick.choice((self.value, self.data))() for _ in range(pick.randint(1, 3)))
                return pick.choice((f"<list>{parts}</list>", f"<list><oneOrMore>{parts}</oneOrMore></list>"))
        count = pick.randint(1, 3)
        return f"<{kind}>{''.join(self.pattern(depth + 1) for _ in range(count))}</{kind}>"

    def attribute(self, depth: int) -> str:
        body = self.random.choice(("", "", self.value(), self.data(), self.pattern(depth + 1)))
        whole = f"<attribute>{self.names()}{body}</attribute>"
        return f"<oneOrMore>{whole}</oneOrMore>" if "Name>" in whole or "Name/>" in whole else whole

    def value(self) -> str:
        kind = self.random.choice(("", "", ' type="string"', ' type="integer"', ' type="boolean"'))
        text = {"integer": "1", "boolean": "true"}.get(kind[7:-1]) or self.random.choice(VALUES)
        return f"<value{kind}>{text}</value>"

    def data(self) -> str:
        kind = self.random.choice(TYPES)
        params = ""
        if kind in ("integer", "decimal") and self.random.random() < 0.4:
            params = '<param name="minInclusive">0</param>'
        elif kind == "token" and self.random.random() < 0.4:
            params = '<param name="pattern">[xy]+( [xy])?</param>'
        if self.random.random() < 0.2:
            params += f"<except>{self.value()}</except>"
        return f'<data type="{kind}">{params}</data>'


def document(random: Random, depth: int = 0) -> str:
    name = random.choice(NAMES + "a")
    head = random.choice(("", "", "", "", ' xmlns="urn:n"'))
    attributes = "".join(f' {name}="{random.choice(VALUES)}"' for name in NAMES if random.random() < 0.3)
    inside = random.choice(("", "", "x", " ", "1", "true", "x y"))
    if depth < 3:
        inside += "".join(document(random, depth + 1) for _ in range(random.choice((0, 0, 1, 1, 2, 3))))
    return f"<{name}{head}{attributes}>{inside}</{name}>"
