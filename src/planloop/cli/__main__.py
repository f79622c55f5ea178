"""``python -m planloop.cli``."""

from planloop.cli.main import main

if __name__ == "__main__":
    main(prog_name="planloop")
