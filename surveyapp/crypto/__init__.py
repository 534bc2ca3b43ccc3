"""The cryptography of the ballot box: codes, sealing, keys. An auditor reads it in an hour."""
