"""The workstation's screen: panes, screens and the thin app that holds them."""
