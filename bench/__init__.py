"""How fast it is: ratios against a named baseline in the same run, never absolute limits."""
