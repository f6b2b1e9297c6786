"""The rules of the headers surface: one file each."""
