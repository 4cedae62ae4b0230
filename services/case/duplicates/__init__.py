"""The queue of likely duplicates: two records that may be about one person, for a registrar to look at."""
