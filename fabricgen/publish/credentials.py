"""As whom to publish: what `docker login` has left in config.json, or what the user gives. Feeds `registry`.

Source: https://docs.docker.com/reference/cli/docker/login/#credential-stores and
https://github.com/docker/docker-credential-helpers. Nothing here is ever printed: the password has no repr.
"""

import base64
import binascii
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fabricgen.errors import Problem, PublishError

_HELPER_SECONDS = 60
# What `docker login` without a registry writes. Source: the page above.
_KEYS = {"docker.io": ("https://index.docker.io/v1/", "index.docker.io", "docker.io")}
_IDENTITY = "<token>"  # the user name under which helpers keep an identity token
_NOT_FOUND = "credentials not found"  # how a helper says that it knows none; it exits with 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user name and a password, or a token in its place."""

    username: str
    password: str = field(repr=False)


def find_credentials(registry: str, environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """Return what docker's config.json has for a registry: of its helper, its store, or in the file; else None.

    The file is in $DOCKER_CONFIG, else in ~/.docker. Raises PublishError if it or the helper cannot be read.
    """
    folder = environment.get("DOCKER_CONFIG")
    file = Path(folder, "config.json") if folder else Path.home() / ".docker" / "config.json"
    config = _read(file)
    keys = _KEYS.get(registry, (registry, f"https://{registry}", f"http://{registry}"))
    for key in keys:
        if helper := config.get("credHelpers", {}).get(key):
            return _ask_helper(helper, key)
    if (store := config.get("credsStore")) and (found := _ask_helper(store, keys[0])):
        return found
    entries = (config.get("auths", {}).get(key) for key in keys)
    return next((one for entry in entries if entry and (one := _decode(entry, file)) is not None), None)


def _read(file: Path) -> dict[str, Any]:
    try:
        config = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise PublishError(
            [
                Problem(
                    file=str(file),
                    message=f"cannot be read: {reason}",
                    hint="make it readable, or name another folder in DOCKER_CONFIG",
                )
            ]
        ) from None
    if not isinstance(config, dict):
        raise PublishError(
            [
                Problem(
                    file=str(file),
                    message="is no JSON object",
                    hint="log in again with docker login or flux, or name another folder in DOCKER_CONFIG",
                )
            ]
        )
    return config


def _decode(entry: Mapping[str, Any], file: Path) -> Credentials | None:
    if entry.get("identitytoken"):
        raise _identity(str(file))
    if not (packed := entry.get("auth")):
        return None
    try:
        username, colon, password = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, TypeError):
        username = colon = password = ""
    if not colon:
        raise PublishError(
            [
                Problem(
                    file=str(file),
                    message="has an auth that is not user:password in base64",
                    hint="log in to the registry again",
                )
            ]
        )
    return Credentials(username=username, password=password.rstrip("\0"))


def _ask_helper(name: str, registry: str) -> Credentials | None:
    program = f"docker-credential-{name}"
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the name is from the user's own docker config
            [program, "get"],
            input=registry,
            capture_output=True,
            text=True,
            timeout=_HELPER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = "there is no such program on PATH" if isinstance(error, OSError) else "it does not answer"
        raise _helper_failed(program, reason) from None
    if done.returncode:
        if _NOT_FOUND in done.stdout:
            return None
        raise _helper_failed(program, f"it ends with {done.returncode}")
    try:
        said = json.loads(done.stdout)
        found = Credentials(username=said["Username"], password=said["Secret"])
    except (ValueError, KeyError, TypeError):
        raise _helper_failed(program, "it does not answer in JSON with Username and Secret") from None
    if found.username == _IDENTITY:
        raise _identity(program)
    return found


def _identity(place: str) -> PublishError:
    hint = "use --username with --password-stdin"
    return PublishError(
        [Problem(file=place, message="has an identity token, which is not supported", hint=hint)]
    )


def _helper_failed(program: str, reason: str) -> PublishError:
    hint = "log in again, or use --username with --password-stdin"
    return PublishError(
        [Problem(file=program, message=f"cannot be asked for credentials: {reason}", hint=hint)]
    )
