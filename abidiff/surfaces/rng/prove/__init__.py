"""The document that shows a break, and the validators that confirm it."""
