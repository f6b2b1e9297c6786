"""The rules of shared libraries, one a file."""
