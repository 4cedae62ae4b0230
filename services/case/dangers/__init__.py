"""Danger claims: seeing others' rows at once, where life, health or a crime leaves no time for consent."""
