"""Reports on the user pool, as files for a spreadsheet."""
