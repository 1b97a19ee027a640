"""Run the command line with `python -m islet`."""

from islet.cli.main import run

if __name__ == "__main__":
    run()
