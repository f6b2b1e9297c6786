"""The small library that the examples of the rules use: 1.0.0 can sail, 2.0.0 can fly as well."""

CHECK = "#define SHIP_CHECK_VERSION(a, b, c) ((a) * 100 + (b) * 10 + (c) <= 200)\n"
OLD = {"ship.h": f"{CHECK}int ship_sail(int knots);\n"}
NEW = {"ship.h": f"{CHECK}int ship_sail(int knots);\nint ship_fly(int knots);\n"}

SCHEMA = """<element name="ship" xmlns="http://relaxng.org/ns/structure/1.0">
  <attribute name="rig"><choice>RIGS</choice></attribute>
</element>
"""
