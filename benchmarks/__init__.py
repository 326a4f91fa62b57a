"""Measurements, each beside a floor that is taken in the same run: what a refresh costs, and the reading of a report.

``python -m benchmarks`` (``make bench``) prints tables; everything it makes stands in temporary folders and goes with
them. May not live here: tests, and anything that the warehouse needs.
"""
