"""Languages of values: datatypes, facets, regular expressions, lists, sets of names."""
