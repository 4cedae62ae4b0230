"""Tests of Sidus; the folders mirror the source."""
