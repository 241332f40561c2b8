"""`python -m aboveloop.cli`: the same as the command `aboveloop`."""

from aboveloop.cli.main import main

main()
