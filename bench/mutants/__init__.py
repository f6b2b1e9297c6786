"""Mutation benchmarks: real input, one change each, harmful or harmless as an independent judge says."""
