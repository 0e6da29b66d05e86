"""Advice as data for other programs. Fed by `advice`; printed by `fabricgen advise --format json`."""

from typing import Any

from fabricgen.advise.advice import Advice
from fabricgen.advise.figures import Part
from fabricgen.advise.memory import NodeMemory
from fabricgen.advise.reason import Reason


def record_of(advice: Advice) -> dict[str, Any]:
    """Return the advice in plain mappings and lists, keys in camelCase; memory is in MiB."""
    told: dict[str, Any] = {
        "cluster": advice.name,
        "verdict": advice.verdict,
        "today": advice.today,
        "supposed": advice.supposed,
        "cilium": advice.version,
        "score": advice.score,
        "sum": advice.total,
        "reasons": [_reason(one) for one in advice.reasons],
        "memory": [_memory(one) for one in advice.memory],
        "allNodes": advice.cost,
        "parts": [_part(one) for one in advice.parts],
        "kernels": [
            {"what": one.what, "least": str(one.least), "source": one.source} for one in advice.kernels
        ],
        "triggers": [
            {"name": one.name, "text": one.text, "effect": one.effect, "sum": one.total}
            for one in advice.triggers
        ],
        "couldBeOff": [
            {"key": f"cni.cilium.{one.key}", "text": one.text, "frees": one.total, "source": one.source}
            for one in advice.spare
        ],
    }
    own = advice.described
    told["description"] = own and {
        "verdict": own.verdict,
        "because": list(own.because),
        "revisit": list(own.revisit),
        "agrees": own.agrees,
    }
    return told


def _reason(one: Reason) -> dict[str, Any]:
    return {
        "name": one.name,
        "side": one.side,
        "value": one.value,
        "about": one.about,
        "text": one.text,
        "asks": one.asks,
        "sum": one.total,
        "source": one.source,
    }


def _memory(one: NodeMemory) -> dict[str, Any]:
    return {
        "hardware": one.hardware,
        "nodes": list(one.nodes),
        "memory": one.memory_mib,
        "low": one.low,
        "high": one.high,
        "share": round(one.share, 4),
        "sum": one.total,
    }


def _part(one: Part) -> dict[str, Any]:
    return {
        "name": one.name,
        "low": one.low,
        "high": one.high,
        "eachNode": one.everywhere,
        "source": one.source,
    }
