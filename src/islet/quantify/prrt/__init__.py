"""Absorbed dose of 177Lu-DOTATATE from measured activities: fit, dose, biologically effective dose, cycles."""
