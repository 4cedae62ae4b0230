"""Erasure of what is held of a person, in every service, with a certificate of what was erased and what was not."""
