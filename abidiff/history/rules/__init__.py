"""Rules over histories, one a file."""
