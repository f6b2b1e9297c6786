"""One file a format; each renders a report to text."""
