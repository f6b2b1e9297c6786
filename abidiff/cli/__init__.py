"""One file a command; click only here."""
