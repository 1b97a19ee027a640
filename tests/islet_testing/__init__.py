"""What the tests share: places, the command line as a subprocess, the small knowledge, an independent oracle, generated cases."""
