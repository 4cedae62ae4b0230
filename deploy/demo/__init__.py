"""The main scenario: one person, four agencies, one record, played through the gateway with each agency's token."""
