"""The knowledge base: reading, checking, compiling and keeping a knowledge folder."""
