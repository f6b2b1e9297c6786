"""The texts of anyURI as patterns: RFC 2396 and RFC 2732 after escaping (XLink, section 5.4).

``datatypes.allows`` asks the same of one text.
"""

from __future__ import annotations

_HEX = "[0-9A-Fa-f]{1,4}"
_OCTET = "([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_V4 = rf"{_OCTET}(\.{_OCTET}){{3}}"
_LAST = f"({_HEX}:{_HEX}|{_V4})"


def _address() -> str:
    """IPv6 (RFC 3986, section 3.2.2): eight groups, the last two perhaps an IPv4 address, or fewer around a "::"."""
    branches = [f"({_HEX}:){{6}}{_LAST}"]
    for after in range(8):
        most = 7 - after
        before = f"({_HEX}(:{_HEX}){{0,{most - 1}}})?" if most > 1 else f"({_HEX})?" * most
        tail = {0: "", 1: _HEX}.get(after) if after < 2 else f"({_HEX}:){{{after - 2}}}{_LAST}"
        branches.append(f"{before}::{tail}")
    return "|".join(branches)


_QUERY = r"(\?[^#]*)?"
_HOST = rf"//([^\[\]@/?#]*@)?\[({_address()})\](:[0-9]*)?(/[^\[\]?#]*)?"
_ABSOLUTE = rf"[A-Za-z][A-Za-z0-9+.\-]*:([^\[\]?#]+{_QUERY}|\?[^#]*|[^/?#][^?#]*{_QUERY}|{_HOST}{_QUERY})"
_RELATIVE = rf"[^:/?#\[\]]*(/[^?#\[\]]*)?{_QUERY}|{_HOST}{_QUERY}"

FORM = f"({_ABSOLUTE}|{_RELATIVE})(#[^#]*)?"
"""Its parts, not looking at escapes."""
ESCAPES = "([^%]|%[0-9A-Fa-f]{2})*"
"""A percent sign stands before two digits."""
