"""Statistics of how far several people rate the same items alike."""
