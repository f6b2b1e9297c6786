"""Validation as a user asks for it: a model, a document, the schema that fits its root element."""

from __future__ import annotations

from typing import Any

from abidiff.surfaces.rng.model import NOT_ALLOWED, Schema, Schemas
from abidiff.surfaces.rng.validate.validate import Invalid, Validator


class Chooser:
    """Validates documents, each against a named schema or against those that take its root element."""

    def __init__(self, schemas: Schemas, name: str = "") -> None:
        self.validator = Validator(schemas)
        self.schemas = [schema for schema in schemas.schemas if not name or schema.name == name]

    def fitting(self, root: Any) -> list[Schema]:
        """Return the schemas whose start takes the root element."""
        if len(self.schemas) == 1:
            return self.schemas
        patterns = self.validator.patterns
        return [one for one in self.schemas if patterns.open_tag(one.start, root.tag) != NOT_ALLOWED]

    def validate(self, root: Any, name: str) -> tuple[str, Invalid | None] | None:
        """Return the schema's name and what is wrong; the first that is satisfied wins; None: none fits."""
        first: tuple[str, Invalid | None] | None = None
        for schema in self.fitting(root):
            wrong = self.validator.validate(schema.start, root, name)
            if wrong is None:
                return schema.name, None
            first = first or (schema.name, wrong)
        return first
