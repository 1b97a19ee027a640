"""A synthetic registry: patients nobody has been, drawn to published margins, marked as synthetic wherever they go."""
