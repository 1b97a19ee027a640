"""What a registry wants to read: counts with what is not known, small groups hidden, as plain frozen data."""
