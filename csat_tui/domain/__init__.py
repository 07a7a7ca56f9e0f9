"""The product's terms and rules as pure values and functions; standard library only."""
