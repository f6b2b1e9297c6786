"""One file a command; click only here."""

import gc

gc.set_threshold(200_000, 50, 50)  # models are made once and kept: looking for garbage finds none
