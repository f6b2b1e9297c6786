"""What is said of pkg-config packages, a rule a file."""
