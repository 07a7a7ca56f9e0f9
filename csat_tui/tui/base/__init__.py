"""The base of every screen and window: commands and keys, lines and panes, safe text, the terminal."""
