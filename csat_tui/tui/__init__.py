"""The workstation's screen: panes, screens and the thin app that holds them."""

import os

# Textual reads it when it is loaded: how often a second it draws at most. A key that comes right after something else
# was drawn waits for the next time, and the usual sixtieth of a second is twice what the key itself takes.
os.environ.setdefault("TEXTUAL_FPS", "120")
