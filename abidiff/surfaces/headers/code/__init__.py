"""Code that headers put into programs: macros and inline functions as trees, their values, whether two are one."""
