"""Proofs over the whole knowledge: every rule read once more for a solver, promises about every patient, patients as witnesses."""
