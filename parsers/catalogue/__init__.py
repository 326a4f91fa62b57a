"""The catalogue: what the statutory forms ask, as YAML that reads like the forms; and the loader of it.

One file per template generation (g1 … g4), the applicant types, units, issue kinds, prose phrases, harmonised series
and outcomes. Knowledge only: no file format, no report, no place.
"""

from parsers.catalogue.loader import load
from parsers.catalogue.model import ApplicantType, Catalogue, Identity, Indicator, Table, Template

__all__ = ["ApplicantType", "Catalogue", "Identity", "Indicator", "Table", "Template", "load"]
