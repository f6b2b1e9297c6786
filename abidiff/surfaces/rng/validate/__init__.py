"""Validation of documents by derivatives of patterns."""
