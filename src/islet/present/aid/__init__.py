"""The patient's decision aid: what it says, made from one plan, independent of where it is shown."""
