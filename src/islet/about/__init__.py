"""What Islet says of itself: hazards, threats, model facts, and the documents a hospital asks for. It knows no case and no rule."""
