#!/bin/sh
# A plain git hook: copy to .git/hooks/pre-commit and make it executable.
# It judges what is staged against HEAD, and lets a commit pass that breaks nothing.
exec abi-diff gate --against HEAD --index --brief
