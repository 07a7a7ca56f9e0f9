"""The first start: the screen that offers the demo, a help desk or a file."""
