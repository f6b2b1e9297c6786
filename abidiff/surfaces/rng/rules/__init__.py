"""The rules of the rng surface: one file each."""
