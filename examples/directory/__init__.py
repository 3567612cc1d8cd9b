"""An asynchronous view of the user pool; it needs aiobotocore."""
