"""The state's data tracker (Andmejälgija), protocol version 2: what eesti.ee shows a person of who used their data."""
