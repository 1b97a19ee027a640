"""Reading grade of what patients read: a counter, its words, the blocks, and the rules of telling a risk."""
