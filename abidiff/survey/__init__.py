"""Many pairs of releases compared in one run: each in a process of its own, resumable, the same results in order."""
