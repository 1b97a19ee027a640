"""The faces of a plan: text, page, pictures and the patient's words. Each renders the same frozen plan."""
