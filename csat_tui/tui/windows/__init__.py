"""Windows that any mode can open: pickers, questions, evidence, help, the command palette."""
