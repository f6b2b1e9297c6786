"""The file of a history (SQLite): its tables, its parts, and the releases that it holds."""
