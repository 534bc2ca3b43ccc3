"""The results: revealed answers and what was published of them. Never a person."""
