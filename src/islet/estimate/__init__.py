"""Estimates that are a formula or a published figure: quick enough to stand in every plan."""
