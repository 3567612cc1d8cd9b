"""What the code under test called: the record, the assertions, and the texts in which they speak."""
