"""From the full syntax to the simple syntax (specification, section 4) and its restrictions (section 7)."""
