"""The record of a person: who the client is, how to reach them, and the facts of form A, part 1."""
