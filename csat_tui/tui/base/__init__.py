"""What every screen and window is built on: commands and keys, lines and panes, safe text, the terminal."""
