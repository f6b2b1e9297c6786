"""Rules over the uses of an application, one a file."""
