"""The panes of the screens: each shows what it is fed and posts what the person does."""
