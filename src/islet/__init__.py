"""Decision support for pancreatic neuroendocrine tumours: one patient in, every treatment option explained out."""

__version__ = "0.1.0"
