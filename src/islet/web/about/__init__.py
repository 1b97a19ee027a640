"""What Islet is and is not: intended use, model facts, limits, self-test."""
