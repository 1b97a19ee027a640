"""The case: the dictionary of facts, reading, partial values, cells, derived facts, links and problems."""
