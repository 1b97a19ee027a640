"""The kernel: the rules as one table-driven machine over bit planes, 64 patients a word."""
