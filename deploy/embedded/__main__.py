"""`python -m deploy.embedded`, the command `sidus` where it is not installed."""

from deploy.embedded.cli import main

main()
