"""Assessments (hindamine): the client's word and the network's word, problems, resources and needs."""
