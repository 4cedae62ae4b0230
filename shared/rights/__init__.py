"""What a person may demand of every service alike: to be told all that it holds of them, and to have it erased."""
