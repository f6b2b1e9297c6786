"""The C program that shows a break, and the compilers that confirm it."""
