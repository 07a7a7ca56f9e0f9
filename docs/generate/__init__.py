"""References made from the code: `python -m docs.generate` writes them, and with `--check` says which are stale."""
