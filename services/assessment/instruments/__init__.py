"""Instruments (hindamisvahend): questionnaires as data, versioned, immutable once published."""
