"""The rules of the symbols surface: one file each."""
