"""How an archive is shown: what `nianbao serve` tells the plugins, through the environment of what it becomes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass

NAME = "NIANBAO_SERVE"


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What is not a setting of Datasette's own."""

    public: bool = False  # for strangers: no pages that are for those who mend it
    block_robots: bool = False
    sql: bool = False  # strangers may send SQL of their own too
    reviewers: str = ""  # file of those who may judge in the browser; "" if nobody may

    @property
    def still(self) -> bool:
        """Whether the file is opened as one that nobody changes: those who judge do."""
        return self.public and not self.reviewers

    @property
    def environment(self) -> dict[str, str]:
        return {NAME: json.dumps(asdict(self))}

    @classmethod
    def told(cls, environment: Mapping[str, str] = os.environ) -> Serving:
        """As this process was started."""
        return cls(**json.loads(environment.get(NAME, "{}")))
