"""The rules of driver support, one a file."""
