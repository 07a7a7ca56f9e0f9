"""The workstation's screen: panes, screens and the thin app that holds them."""

import os

# Textual reads this limit of frames per second when it is imported. A key that comes right after a frame waits for the
# next one, and at the default of 60 that wait is twice as long as the key's own work.
os.environ.setdefault("TEXTUAL_FPS", "120")
