"""How a release is opened: the only input there is."""
