"""What the pages ask of the published file: one function a question, rows as dictionaries.

``store`` opens the file and follows its replacement. Every query is bounded, takes its values as parameters, and names
columns of ``marts`` and ``catalogue`` only. Values are Decimal, int, str, date or None, as the file has them; a rate
is a float from 0 to 1. Nothing is formatted here.
"""
