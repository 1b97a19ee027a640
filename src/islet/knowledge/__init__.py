"""The knowledge base: loading, checking, compiling, the vignettes, and the page a clinician signs."""
