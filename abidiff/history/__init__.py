"""The history of a library: all of its releases in one file, and what they tell together."""
