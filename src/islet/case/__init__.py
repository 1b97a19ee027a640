"""The case: the dictionary of facts, reading, partial values, cells, history and arithmetic."""
