"""Reviews of danger claims: a supervisor says whether each was justified."""
