"""Print the lowest version that pyproject.toml allows of each package it names a floor for, as pip constraints.

`pip install --constraint <(python .ci/floors.py) '.[test-core]'` then makes the oldest environment that is supported.
"""

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[^]]*\])?>=(?P<floor>[\d.]+)$")

for requirement in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test-core"]]:
    if match := REQUIREMENT.match(requirement):
        print(f"{match['name']}=={match['floor']}")
