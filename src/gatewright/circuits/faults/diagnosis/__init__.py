"""Diagnosis: from what a device showed, where its fault may lie."""
