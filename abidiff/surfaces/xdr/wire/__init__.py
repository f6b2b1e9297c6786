"""The wire language: what a type accepts, byte for byte; values, encoding and decoding."""
