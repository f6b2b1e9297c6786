"""From the text of schemas to elements of the full syntax."""
