"""Moving data: pulling from the help desk, delivering to it."""
