"""Handlers for AWS Lambda. Each keeps its client for as long as Lambda keeps the process."""
