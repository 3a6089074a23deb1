"""The commands of the front door, by what they are for: finding, reading, keeping, showing."""
