"""The entry point of `csat-tui` and of `python -m csat_tui`."""


def main() -> None:
    """Run the command line."""
    from csat_tui.launch import main as launch

    launch()


if __name__ == "__main__":
    main()
