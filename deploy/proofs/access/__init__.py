"""The proof that every path shows an actor the same rows: those that the oracle says, no more and no fewer.

`world` makes synthetic clients in every ground and state, `oracle` says from the world's own facts who may see what,
`reading` and `changing` try every operation of the OpenAPI document on every row as every actor, `projections` looks at
what events have told the services. What cannot be generated stands in `taught`.
"""
