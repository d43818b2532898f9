"""`python -m lmawep_tui` is the `lmawep` command."""

from lmawep_tui.cli.main import main

if __name__ == "__main__":
    main()
