"""Windows that any mode can open: picker, prompts, forms, help, the command palette, unsaved text."""
