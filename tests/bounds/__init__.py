"""Hostile inputs: small to write down, ruinous to read without bounds."""
