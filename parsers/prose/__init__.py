"""What the prose says in numbers, bound to the indicators of the forms: sections -> statements."""
