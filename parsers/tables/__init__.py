"""The tables of the forms, one module each, as row readers over a shared state."""
