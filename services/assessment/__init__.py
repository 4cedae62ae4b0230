"""The assessment service: instruments, and what an agency and a client found with them."""
