"""What the words of the trade mean: pure values and rules, standard library only."""
