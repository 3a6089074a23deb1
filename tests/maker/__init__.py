"""Makes reports whose every number is known, in the clothes and with the faults of real ones."""
