"""The web application; it needs FastAPI."""
