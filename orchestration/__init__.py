"""The thin layer that wires parsers, DuckDB, dbt, Great Expectations and Dagster together.

Here: the landing zone, the raw tables, the assets, the gate before publishing, the command line.
Not here: a label of a form, a rule about a figure (parsers/catalogue), a business rule in SQL (dbt_project).

Importing a module of this package has no side effect and is cheap: dagster, dbt, duckdb and pyarrow are imported by
the functions that need them, so that finding that nothing has changed costs next to nothing.
"""
