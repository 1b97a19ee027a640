"""The rule language: parsing, type checks, one intermediate form, the definitional evaluator, generated Python."""
