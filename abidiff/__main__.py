"""``python -m abidiff`` is the command ``abi-diff``."""

from abidiff.start import main

if __name__ == "__main__":
    main()
