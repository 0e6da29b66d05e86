"""The bootstrap script of every cluster, run from end to end with stand-ins that remember what was done to them."""

import re
import subprocess
from pathlib import Path

import pytest
from described import CLUSTERS, GOLDEN, rendered_from, title

SCRIPT = "bootstrap/bootstrap.sh"
SCRIPTS = [(path, below) for path in (*CLUSTERS, *GOLDEN) for below in ("", "considered/cilium/")]
ONE_OF_EACH = {"joelclaw", "k3s-homelab", "talos-homelab"}
# What has to happen, in this order, where it happens at all.
ORDER = (
    r"curl .*/schematics$",
    r"talosctl gen secrets ",
    r"talosctl gen config ",
    r"talosctl machineconfig patch ",
    r"talosctl apply-config ",
    r"talosctl --nodes \S+ bootstrap$",
    r"talosctl cluster create ",
    r"openssl rand ",
    r"ssh \S+ .* sh -s - server",
    r"(talosctl .*kubeconfig |ssh \S+ sudo cat /etc/rancher/k3s/k3s.yaml)",
    r"ssh \S+ .* sh -s - agent",
    r"kubectl apply --server-side --kustomize .*gateway-api",
    r"helm upgrade --install cilium ",
    r"kubectl wait --for=condition=Ready nodes",
    r"(flux install |helm upgrade --install flux-operator )",
    r"kubectl --namespace flux-system create secret ",
    r"kubectl apply --server-side --filename (bootstrap/flux-sync.yaml|infrastructure/flux-instance/instance.yaml)",
    r"kubectl --namespace flux-system wait kustomizations",
)
STANDS_IN = """#!/bin/bash
name="$(basename "$0")"
printf '%s\\n' "$name $*" >> "$STATE/log"
failing="$(cat "$STATE/failing" 2>/dev/null)"
[ -z "$failing" ] || [[ "$name $*" != $failing* ]] || exit 1
case "$name $*" in
  "kubectl config current-context") cat "$STATE/context" ;;
  "curl "*/schematics) cat "$STATE/hashes" ;;
  "talosctl gen secrets "*) touch "$SECRETS/secrets.yaml" ;;
  "talosctl --endpoints "*) test -e "$STATE/config-$2" ;;
  "talosctl apply-config "*) touch "$STATE/config-$4" ;;
  "talosctl "*" etcd members") test -e "$STATE/etcd" ;;
  "talosctl "*" bootstrap") touch "$STATE/etcd" ;;
  "talosctl cluster create "*) touch "$STATE/containers" ;;
  "docker container inspect "*) test -e "$STATE/containers" ;;
  "docker port "*) echo 0.0.0.0:6443 ;;
  "openssl "*) echo 00 ;;
  "ssh "*server/token*) echo K10 ;;
  "ssh "*) cat > /dev/null ;;
  "kubectl get crds --output name") echo crd/gateways.gateway.networking.k8s.io ;;
esac
"""


class DryRun:
    """A tree, a machine with stand-ins for every program, and a place where they keep what was done."""

    def __init__(self, root: Path, path: Path, below: str) -> None:
        self.root = root
        texts = {
            str(one): text for one, text in rendered_from(path).texts.items() if str(one).startswith(below)
        }
        for name, text in texts.items():
            file = root / "tree" / name.removeprefix(below)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.script = (root / "tree" / SCRIPT).read_text(encoding="utf-8")
        self._programs()

    def _programs(self) -> None:
        for folder in ("programs", "state", "secrets"):
            (self.root / folder).mkdir()
        for name in (*self.tools, "ssh", "docker", "kubectl"):
            program = self.root / "programs" / name
            program.write_text(STANDS_IN, encoding="utf-8")
            program.chmod(0o755)
        sleeping = self.root / "programs" / "sleep"
        sleeping.write_text("#!/bin/sh\nexec /bin/sleep 0.05\n", encoding="utf-8")
        sleeping.chmod(0o755)
        context = re.search(r"and not '([^']+)'", self.script)
        assert context
        (self.root / "state/context").write_text(f"{context[1]}\n", encoding="utf-8")
        (self.root / "state/hashes").write_text(
            "\n".join(re.findall(r"[0-9a-f]{64}", self.script)), encoding="utf-8"
        )

    @property
    def tools(self) -> list[str]:
        found = re.search(r"for tool in (.*); do", self.script)
        assert found
        return found[1].split()

    @property
    def steps(self) -> list[str]:
        block = re.search(r"^steps=\(\n(.*?)^\)", self.script, flags=re.MULTILINE | re.DOTALL)
        assert block
        return block[1].split()

    @property
    def log(self) -> list[str]:
        log = self.root / "state/log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def fail_at(self, command: str) -> None:
        (self.root / "state/failing").write_text(command, encoding="utf-8")

    def forget(self) -> None:
        """Forget the calls, not what they did."""
        (self.root / "state/log").unlink()

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.root / 'programs'}:/usr/bin:/bin",
            "HOME": str(self.root),
            "SECRETS": str(self.root / "secrets"),
            "STATE": str(self.root / "state"),
        }
        return subprocess.run(
            ["/bin/bash", str(self.root / "tree" / SCRIPT), *args],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )


def has_script(case: tuple[Path, str]) -> bool:
    """Tell whether there is such a tree, by the text of the description, so that collecting renders nothing."""
    path, below = case
    return not below or "considered:" in path.read_text(encoding="utf-8")


@pytest.fixture(
    params=[case for case in SCRIPTS if has_script(case)],
    ids=lambda case: f"{title(case[0])}{case[1] and '-considered'}",
)
def dry(request: pytest.FixtureRequest, tmp_path: Path) -> DryRun:
    """The tree of one cluster on a machine where nothing was done yet."""
    return DryRun(tmp_path, *request.param)


@pytest.fixture(params=[path for path in CLUSTERS if title(path) in ONE_OF_EACH], ids=title)
def one(request: pytest.FixtureRequest, tmp_path: Path) -> DryRun:
    """The tree of one cluster of each kind: on machines with Talos, with k3s, in docker."""
    return DryRun(tmp_path, request.param, "")


def ran(done: subprocess.CompletedProcess[str]) -> list[str]:
    return re.findall(r"^== (.*)$", done.stdout, flags=re.MULTILINE)


def first_calls(log: list[str]) -> list[int]:
    """Return where each of ORDER was first called, those that were not left out."""
    found = [next((at for at, line in enumerate(log) if re.match(wanted, line)), None) for wanted in ORDER]
    return [at for at in found if at is not None]


def test_every_step_runs_and_the_calls_come_in_their_order(dry: DryRun) -> None:
    done = dry.run()

    assert done.returncode == 0, done.stderr
    assert ran(done) == dry.steps
    assert first_calls(dry.log) == sorted(first_calls(dry.log))
    assert len(first_calls(dry.log)) >= 4


def test_a_second_run_does_nothing_twice_that_must_be_done_once(dry: DryRun) -> None:
    dry.run()
    dry.forget()

    again = dry.run()

    once = re.compile(
        r"talosctl (gen secrets|apply-config|cluster create)|talosctl .* bootstrap$|openssl rand"
    )
    assert again.returncode == 0, again.stderr
    assert ran(again) == dry.steps
    assert [line for line in dry.log if once.match(line)] == []


@pytest.mark.parametrize("at", ["first", "middle", "last"])
def test_from_any_step_the_rest_runs(one: DryRun, at: str) -> None:
    steps = one.steps
    start = {"first": 0, "middle": len(steps) // 2, "last": len(steps) - 1}[at]
    one.run()

    done = one.run("--from", steps[start])

    assert done.returncode == 0, done.stderr
    assert ran(done) == steps[start:]


@pytest.mark.parametrize(
    ("command", "step"),
    [
        ("kubectl wait --for=condition=Ready nodes", "wait-for-network"),
        ("kubectl --namespace flux-system wait kustomizations", "wait-for-layers"),
    ],
)
def test_a_step_that_fails_stops_with_where_to_look_and_how_to_go_on(
    one: DryRun, command: str, step: str
) -> None:
    one.fail_at(command)

    done = one.run()

    assert done.returncode == 1
    assert ran(done)[-1] == step
    assert f"Stopped at {step}. What it may be stands in bootstrap/README.md, under `{step}`." in done.stderr
    assert done.stderr.endswith(f"go on with: bash bootstrap/bootstrap.sh --from {step}\n")


def test_what_was_stopped_goes_on_from_there(one: DryRun) -> None:
    one.fail_at("kubectl wait --for=condition=Ready nodes")
    one.run()
    one.fail_at("nothing")

    done = one.run("--from", "wait-for-network")

    assert done.returncode == 0, done.stderr
    assert ran(done) == one.steps[one.steps.index("wait-for-network") :]
