"""Events: what happened, told once to every service that follows. Ids, codes and versions; never personal data."""
