"""From two schemas to the changes between them."""
