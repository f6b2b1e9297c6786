"""Inclusion of schemas: derivatives, bisimulation, the causes of what is not included."""
