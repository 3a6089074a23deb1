"""The rules across years, organs and copies, by subject; `archive/checking/audit.py` lists and runs them."""
