"""A demo help desk and admin system that speak the real wire formats, for showing and testing the workstation."""
