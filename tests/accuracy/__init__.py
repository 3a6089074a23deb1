"""How much of known reports is read right; the floors below which no change may bring it."""
