"""The screens: one per mode, and the small ones that come over them."""
