"""The catalogues of the patient's pages, and how they are read."""
