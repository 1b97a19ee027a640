"""What is known of one patient: the state over cells, derived facts, links, conflicts and problems."""
