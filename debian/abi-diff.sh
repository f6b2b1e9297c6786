#!/bin/sh
# Python is isolated: neither the environment nor the folder that this starts in changes what is loaded.
here=$(dirname -- "$(readlink -f -- "$0")")
exec "$here/../lib/abi-diff/bin/python3" -I -m abidiff "$@"
