"""Survival curves rebuilt from published figures (medians, rates at fixed times, intervals); never individual data."""
