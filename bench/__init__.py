"""Benchmarks: mutants, speed, other tools."""
