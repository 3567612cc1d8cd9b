"""Who belongs to which group of the user pool, and what that allows."""
