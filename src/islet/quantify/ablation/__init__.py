"""Heat from a needle in tissue, what it kills by several criteria, and how much of a lesion with its margin lies inside."""
