"""What every HTML page shares: text of the input made harmless, and the head that allows nothing but its own parts."""

from __future__ import annotations

import base64
import hashlib

import markupsafe

from abidiff.reports.escape import lines, printable


def text(shown: str) -> str:
    """Return one line of character data or of an attribute's value in double quotes."""
    return str(markupsafe.escape(printable(shown)))


def block(shown: str) -> str:
    """Return several lines of character data."""
    return str(markupsafe.escape("\n".join(lines(shown))))


def whole(title: str, sheet: str, script: str, body: str) -> str:
    """Return a page whose policy (CSP level 3) lets this style sheet and this script act, and nothing from outside."""
    policy = (
        f"default-src 'none'; style-src '{_digest(sheet)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{text(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{sheet}</style>\n</head>\n<body>\n"
        f"{body}<script>{script}</script>\n</body>\n</html>\n"
    )


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode("ascii")
