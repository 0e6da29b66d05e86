"""A client of yaml-language-server over stdio: as much of the Language Server Protocol as an editor's YAML needs.

Source: <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>
"""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SETTINGS = {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}
"""Nothing is fetched: the schema is the one that a file's first line names."""
CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
    }
}


@dataclass(kw_only=True)
class LanguageServer:
    """One running server, for the files of one folder."""

    program: str
    folder: Path
    told: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: int = 0
    shown: int = 0

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.ask(
            "initialize", {"processId": None, "rootUri": self.folder.as_uri(), "capabilities": CAPABILITIES}
        )
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": {"yaml": SETTINGS}})

    def close(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.communicate()

    def open(self, text: str) -> list[tuple[int, str]]:
        """Return what is wrong with a description that holds `text`: lines, which count from 1, and messages."""
        address = self._show(text)
        while address not in self.told:
            self._take(self._receive())
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in self.told[address]]

    def at(self, question: str, text: str) -> Any:
        """Return the answer to a question about the place in `text` where `¦` stands."""
        before, _, after = text.partition("¦")
        address = self._show(before + after)
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        return self.ask(f"textDocument/{question}", {"textDocument": {"uri": address}, "position": position})

    def _show(self, text: str) -> str:
        """Open a new file of that text, which is nowhere on disk; return its address."""
        self.shown += 1
        address = (self.folder / "clusters" / f"in-the-editor-{self.shown}.yaml").as_uri()
        document = {"uri": address, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return address

    def ask(self, method: str, parameters: dict[str, Any]) -> Any:
        """Return the answer to a request."""
        self.asked += 1
        self._send({"id": self.asked, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == self.asked and "method" not in message:
                return message.get("result")
            self._take(message)

    def tell(self, method: str, parameters: dict[str, Any]) -> None:
        """Send what is not answered."""
        self._send({"method": method, "params": parameters})

    def _take(self, message: dict[str, Any]) -> None:
        """Keep what the server tells of a file, and answer what it asks."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self.told[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            items = (
                message["params"].get("items", []) if message["method"] == "workspace/configuration" else []
            )
            answers = [SETTINGS if one.get("section") == "yaml" else None for one in items]
            self._send({"id": message["id"], "result": answers or None})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout
        size = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        message: dict[str, Any] = json.loads(self.process.stdout.read(size))
        return message
