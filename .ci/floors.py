"""Print the lowest version of each package that pyproject.toml names a floor for, as pip constraints. The arguments say
among which: the `dependencies` or an extra.

`pip install --constraint <(python .ci/floors.py dependencies test-core) '.[test-core]'` then makes the oldest
environment that is supported.
"""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LISTS = {"dependencies": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[^]]*\])?>=(?P<floor>[\d.]+)$")

for name in sys.argv[1:]:
    for requirement in LISTS[name]:
        if match := REQUIREMENT.match(requirement):
            print(f"{match['name']}=={match['floor']}")
