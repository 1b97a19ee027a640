"""Absorbed dose and activity of yttrium-90 radioembolisation: single compartment, partition, body surface, lung."""
