"""``python -m abidiff`` is the command ``abi-diff``."""

from abidiff.cli.main import main

if __name__ == "__main__":
    main()
