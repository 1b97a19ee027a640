"""Fill in what a cohort does not know from what it does, many times over, and count what each way would be answered."""
