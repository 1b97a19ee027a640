"""The plan: verdicts, what could still be, what is provided, what to ask, why, and what if."""
