"""How fast and how light the workstation is, measured on the machine at hand; only ratios are judged."""
