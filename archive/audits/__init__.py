"""The rules across years, organs and copies, by subject; `archive/audit.py` lists and runs them."""
