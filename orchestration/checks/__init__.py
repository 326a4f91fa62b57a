"""The checks of a finished build: suites as YAML, and the process in which Great Expectations runs them."""
