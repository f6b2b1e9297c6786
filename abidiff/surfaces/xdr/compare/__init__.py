"""From two models to the changes between them."""
