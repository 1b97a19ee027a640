"""The patient's page: released by a clinician, made from the same plan."""
