"""The benchmark harness: whole processes, competing commands in one run, medians and ratios."""
