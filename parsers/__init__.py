"""Pure reading: bytes to grids, grids to observations.

Lives here: the document forms (``forms/``), the catalogue of what the statutory forms ask (``catalogue/``), the walks
that lay one over the other (``observe.py``, ``prose.py``), what a report says of itself (``head.py``) and whose it is
(``resolver.py``). May not live here: anything that imports the orchestrator, the database, dbt, pandas or the check
suites, opens a socket, or knows one particular report.
"""
