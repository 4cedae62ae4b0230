"""Printed documents: PDF files made of a template and data."""
