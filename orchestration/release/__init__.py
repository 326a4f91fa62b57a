"""Releases: the published file as a folder that others can cite; ``foi release VERSION`` writes one.

Here live the choice of what a release holds (release.yml, marts.py), its files (files.py, workbook.py), their
description (package.py, texts.py) and the comparison with the release before (changes.py); build.py puts them together.
No business rule lives here: a release restates the marts and computes nothing of its own.
"""
