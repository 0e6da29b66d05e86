"""What conditions and values in templates of machine configs say of the role of a machine, and nothing else.

Used by `templates`: people name the role in few ways (`ENV.IS_CONTROLPLANE`, `MACHINE_TYPE == 'controlplane'`,
`node.controller`), and any other condition is not decided.
"""

import re
from dataclasses import dataclass
from typing import Final

_FLAGS: Final = frozenset({"iscontrolplane", "iscontroller", "controlplane", "controller", "ismaster"})
_NAMES: Final = frozenset({"machinetype", "machinerole", "noderole", "nodetype", "role", "type"})
_ROLES: Final = {
    "controlplane": True,
    "control-plane": True,
    "controller": True,
    "master": True,
    "worker": False,
    "agent": False,
}
_VARIABLE: Final = re.compile(r"\.?[A-Za-z_][\w.]*")
_COMPARED: Final = re.compile(
    r"""(?P<name>\.?[A-Za-z_][\w.]*)\s*(?P<sign>==|!=)\s*(?P<quote>["']?)(?P<text>[\w-]+)(?P=quote)"""
)
_GO: Final = re.compile(r"""(?P<sign>eq|ne)\s+(?P<name>\.?[A-Za-z_][\w.]*)\s+"(?P<text>[\w-]+)\"""")
_CHOICE: Final = re.compile(r"(?P<one>.+?)\s+if\s+(?P<condition>.+?)\s+else\s+(?P<other>.+)")
_LITERAL: Final = re.compile(r"""(?P<quote>["'])(?P<text>[^"'{}]*)(?P=quote)|'(?P<quoted>"[^"'{}]*")'""")


@dataclass(slots=True, kw_only=True)
class Roles:
    """Decides for one role; `asked` tells whether anything was decided by it."""

    control_plane: bool
    asked: bool = False

    def decide(self, condition: str) -> bool | None:
        """Return whether a condition holds on such machines; None if it is about something else."""
        text = condition.strip()
        if text.startswith("not "):
            inner = self.decide(text[4:])
            return None if inner is None else not inner
        if _VARIABLE.fullmatch(text):
            return self._answer(wanted=True) if _plain(text) in _FLAGS else None
        found = _COMPARED.fullmatch(text) or _GO.fullmatch(text)
        if found is None:
            return None
        alike = found["sign"] in {"==", "eq"}
        if _plain(found["name"]) in _FLAGS and found["text"].lower() in {"true", "false"}:
            return self._answer(wanted=(found["text"].lower() == "true") is alike)
        if _plain(found["name"]) in _NAMES and found["text"] in _ROLES:
            return self._answer(wanted=_ROLES[found["text"]] is alike)
        return None

    def value(self, code: str) -> str | None:
        """Return what an expression comes to: a literal, the role itself, or a choice by role; None for all else."""
        text = code.strip()
        if found := _LITERAL.fullmatch(text):
            return found["quoted"] or found["text"]
        if _VARIABLE.fullmatch(text) and _plain(text) == "machinetype":
            self.asked = True
            return "controlplane" if self.control_plane else "worker"
        if (found := _CHOICE.fullmatch(text)) and (holds := self.decide(found["condition"])) is not None:
            return self.value(found["one"] if holds else found["other"])
        return None

    def _answer(self, *, wanted: bool) -> bool:
        self.asked = True
        return self.control_plane is wanted


def _plain(name: str) -> str:
    return name.rpartition(".")[2].replace("_", "").lower()
