"""The thin layer that wires parsers, DuckDB, dbt, Great Expectations and Dagster together.

Here: Dagster's definitions and assets, the settings, the warehouse file, dbt. In the packages: ``ingest`` (landing zone
to raw rows), ``refresh`` (one refresh, step by step, up to publishing), ``checks`` (the suites), ``review`` (findings,
records, quarantine), ``operate`` (schedules, faults, journal, status), ``cli``, ``release``, ``site``, ``deploy``.
Not here: a label of a form, a rule about a figure (parsers/catalogue), a business rule in SQL (dbt_project).

Importing a module of this package has no side effect and is cheap: dagster, dbt, duckdb and pyarrow are imported by
the functions that need them, so that finding that nothing has changed costs next to nothing.
"""
