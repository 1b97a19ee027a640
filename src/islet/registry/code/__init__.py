"""From the columns of a table to cells: numbers all at once, everything else each different value once, by the reader of a case."""
