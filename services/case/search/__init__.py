"""Looking for a person before registering one: enough is shown to recognise somebody, not enough to learn from."""
