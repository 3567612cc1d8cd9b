"""Seeds: YAML text to pools, with all that is wrong in them placed and explained."""

from pytest_cognito_groups.seed.errors import SeedError, SeedProblem, visible
from pytest_cognito_groups.seed.fields import FieldError, read_instant
from pytest_cognito_groups.seed.grammar import DOCUMENT
from pytest_cognito_groups.seed.reading import Seed, extend, read
from pytest_cognito_groups.seed.source import PythonPlace, Source, from_bytes, names_a_file, read_file

__all__ = [
    "DOCUMENT",
    "FieldError",
    "PythonPlace",
    "Seed",
    "SeedError",
    "SeedProblem",
    "Source",
    "extend",
    "from_bytes",
    "names_a_file",
    "read",
    "read_file",
    "read_instant",
    "visible",
]
