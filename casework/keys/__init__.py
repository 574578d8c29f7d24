"""One random key per case and per call, wrapped under a key-encryption key, in a file of its own."""
