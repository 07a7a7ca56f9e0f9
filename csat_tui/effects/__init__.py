"""What a decision does to the outside world: one module for each kind of effect, and a registry that lists them."""
