"""Whether two records may be about one person: by what they are found, and how much speaks for it."""
