"""The documentation site: ``make docs``. Pages written by hand stand in docs/; the rest is made here when it is built.

Nothing generated goes into git: the dictionary comes from the catalogue, lineage and columns from dbt's manifest,
sample queries from the dbt analyses, quality from a published file. Text of documents enters a page through markup.py
only, which makes text of it. The site is static and asks nothing of another machine.
"""
