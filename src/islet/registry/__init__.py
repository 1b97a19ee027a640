"""The same rules on a whole registry: tables in, every verdict of every patient out."""
