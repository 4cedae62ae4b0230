"""What may stand on a record several times, and comes and goes: relations and earlier assessments."""
