"""Invitations to a group, kept in a table of DynamoDB."""
