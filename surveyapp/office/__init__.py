"""The office: who is asked, and the sealed box. Never a readable answer; may be deleted after a pilot."""
