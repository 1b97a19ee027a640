"""For which wishes does which option come first: a ranking becomes weights, weights and what a plan says become shares of first places."""
