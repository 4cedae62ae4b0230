"""Network maps (võrgustikukaart): a client's view of their people at one moment, kept as drawn."""
