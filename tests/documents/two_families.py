"""What changes of the small clusters when they have both IP families."""

from typing import Any

from homes import TALOS

DUAL_STACK: dict[str, Any] = {
    "networks__nodes": ["10.0.0.0/24", "fd00::/64"],
    "networks__pods": ["10.42.0.0/16", "fd42::/56"],
    "networks__services": ["10.43.0.0/16", "fd43::/112"],
    "nodes": [
        {**node, "address": [node["address"], f"fd00::{index}"]}
        for index, node in enumerate(TALOS["nodes"], start=11)
    ],
}
