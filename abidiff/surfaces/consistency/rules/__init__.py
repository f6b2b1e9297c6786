"""The rules of the consistency surface: one file each."""
