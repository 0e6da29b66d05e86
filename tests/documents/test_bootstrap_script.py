"""The bootstrap script, run with stand-ins for the programs that it calls."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from homes import BY_CLI, K3S, home, rendered
from hypothesis import given
from hypothesis import strategies as st

from fabricgen.documents.bootstrap.step import quoted, words

SCRIPT = "bootstrap/bootstrap.sh"
KINDS = {
    "kustomization": "kustomizations.kustomize.toolkit.fluxcd.io",
    "instance": "fluxinstances.fluxcd.controlplane.io",
}
APPLIED = {
    "cli": "kubectl apply --server-side --filename bootstrap/flux-sync.yaml",
    "operator": "kubectl apply --server-side --filename infrastructure/flux-instance/instance.yaml",
}


class Machine:
    """A folder with a tree in it, and programs that only write down how they were called."""

    def __init__(self, root: Path, tree: dict[str, str]) -> None:
        self.root = root
        for path, text in tree.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        self.programs = root / "programs"
        self.programs.mkdir()
        self.log = root / "log"

    def program(self, name: str, *, says: str = "", code: int = 0) -> None:
        lines = (
            "#!/bin/sh",
            f"printf '%s\\n' \"{name} $*\" >> {self.log}",
            f"echo {shlex.quote(says)}",
            f"exit {code}",
        )
        (self.programs / name).write_text("\n".join(lines))
        (self.programs / name).chmod(0o755)

    def kubectl(self, *, context: str = "admin@home", **answers: str) -> None:
        """Put a kubectl there that knows each CRD of `answers`, and says this of its one object."""
        cases = (
            f'*"get crd {KINDS[kind]} "*) echo crd/{kind} ;;\n*"get {KINDS[kind]} "*) echo {shlex.quote(answer)} ;;'
            for kind, answer in answers.items()
        )
        lines = (
            "#!/bin/sh",
            f"printf '%s\\n' \"kubectl $*\" >> {self.log}",
            'case "$*" in',
            f'"config current-context") echo {context} ;;',
            *cases,
            "esac",
        )
        (self.programs / "kubectl").write_text("\n".join(lines))
        (self.programs / "kubectl").chmod(0o755)

    def talosctl(self, *, configured: str) -> None:
        """Put a talosctl there to which only this address answers as a node that has its config, and no etcd runs yet."""
        lines = (
            "#!/bin/sh",
            f"printf '%s\\n' \"talosctl $*\" >> {self.log}",
            'case "$*" in',
            f'"--endpoints {configured or "none"} "*) exit 0 ;;',
            '"--endpoints "*) exit 1 ;;',
            "esac",
        )
        (self.programs / "talosctl").write_text("\n".join(lines))
        (self.programs / "talosctl").chmod(0o755)

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.programs}:/usr/bin:/bin"
        secrets = str(self.root / "secrets")
        return subprocess.run(
            ["/bin/bash", str(self.root / SCRIPT), *args],
            env={"PATH": path, "HOME": str(self.root), "SECRETS": secrets, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    @property
    def called(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def steps(self) -> list[str]:
        text = (self.root / SCRIPT).read_text()
        block = re.search(r"^steps=\(\n(.*?)^\)", text, flags=re.MULTILINE | re.DOTALL)
        assert block
        return block[1].split()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine for the Talos cluster, whose kubectl leads to the right cluster."""
    made = Machine(tmp_path, rendered(home(**BY_CLI)))
    for name in ("talosctl", "helm", "flux", "curl", "git"):
        made.program(name)
    made.kubectl()
    return made


@pytest.fixture(params=APPLIED)
def starting(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Machine, str]:
    """A machine for a cluster whose Flux is about to start, and the command that starts it."""
    made = Machine(tmp_path, rendered(home(**(BY_CLI if request.param == "cli" else {}))))
    for name in ("talosctl", "helm", "flux", "curl", "git"):
        made.program(name)
    return made, APPLIED[request.param]


def test_the_steps_can_be_listed(machine: Machine) -> None:
    done = machine.run("--list")

    assert done.stdout.split() == machine.steps
    assert machine.called == []


def test_from_a_step_on_all_the_rest_runs_in_order(machine: Machine) -> None:
    done = machine.run("--from", "generate-configs")

    assert done.returncode == 0, done.stderr
    assert re.findall(r"^== (.*)$", done.stdout, flags=re.MULTILINE) == machine.steps[2:]
    assert sum(one.startswith("flux install --version=v2.9.5 ") for one in machine.called) == 1


def test_only_the_named_steps_run(machine: Machine) -> None:
    done = machine.run("install-flux", "start-flux")

    assert done.returncode == 0, done.stderr
    assert re.findall(r"^== (.*)$", done.stdout, flags=re.MULTILINE) == ["install-flux", "start-flux"]


def test_nothing_is_installed_into_another_cluster(machine: Machine) -> None:
    machine.kubectl(context="admin@elsewhere")

    done = machine.run("install-cilium")

    assert done.returncode == 1
    assert "kubectl's context is 'admin@elsewhere' and not 'admin@home'" in done.stderr
    assert not [one for one in machine.called if one.startswith("helm")]


def test_every_missing_program_is_named_before_anything_runs(tmp_path: Path) -> None:
    machine = Machine(tmp_path, rendered(home(**BY_CLI)))
    machine.program("kubectl")
    machine.program("curl")

    done = machine.run(PATH=f"{machine.programs}:{_only(tmp_path, 'dirname', 'mkdir')}")

    assert done.returncode == 1
    assert done.stderr == "Missing on this machine: flux helm talosctl\n"
    assert machine.called == []


def _only(root: Path, *names: str) -> Path:
    """Return a folder with these of the system's programs and no other."""
    folder = root / "system"
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(f"/usr/bin/{name}")
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["install-calico"], "There is no step 'install-calico'"),
        (["--from", "install-calico"], "There is no step 'install-calico'"),
        (["--from"], "--from takes the name of one step"),
        (["install-flux", "install-calico"], "There is no step 'install-calico'"),
    ],
)
def test_a_step_that_does_not_exist_is_refused(machine: Machine, arguments: list[str], said: str) -> None:
    done = machine.run(*arguments)

    assert done.returncode == 1
    assert said in done.stderr
    assert machine.called == []


def test_a_failure_stops_everything_and_says_how_to_go_on(machine: Machine) -> None:
    machine.program("helm", code=1)

    done = machine.run("--from", "install-cilium")

    assert done.returncode == 1
    assert done.stderr.endswith("go on with: bash bootstrap/bootstrap.sh --from install-cilium\n")
    assert not [one for one in machine.called if one.startswith("flux")]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"kustomization": "", "instance": ""},
        {"kustomization": "././gitops/home/flux", "instance": "gitops/home/flux"},
        {"kustomization": "./gitops/home/flux/"},
    ],
)
def test_flux_starts_where_it_reads_nothing_or_this_tree(
    starting: tuple[Machine, str], answers: dict[str, str]
) -> None:
    machine, applied = starting
    machine.kubectl(**answers)

    done = machine.run("start-flux")

    assert done.returncode == 0, done.stderr
    assert applied in machine.called


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (
            {"kustomization": "././clusters/old"},
            f"{KINDS['kustomization']}/flux-system has Flux read 'clusters/old'",
        ),
        ({"kustomization": "./"}, "has Flux read 'the whole repository'"),
        (
            {"kustomization": "", "instance": "clusters/old"},
            f"{KINDS['instance']}/flux has Flux read 'clusters/old'",
        ),
    ],
)
def test_flux_does_not_start_where_it_would_remove_what_it_has_applied_from_another_path(
    starting: tuple[Machine, str], answers: dict[str, str], found: str
) -> None:
    machine, applied = starting
    machine.kubectl(**answers)

    done = machine.run("start-flux")

    assert done.returncode == 1
    assert found in done.stderr
    assert "With 'gitops/home/flux' in its place Flux would remove everything" in done.stderr
    assert applied not in machine.called


def test_flux_does_not_start_where_nobody_can_say_what_it_reads(starting: tuple[Machine, str]) -> None:
    machine, applied = starting
    machine.program("kubectl", says="admin@home", code=1)

    done = machine.run("start-flux")

    assert done.returncode == 1
    assert applied not in machine.called


def test_a_hash_that_the_factory_does_not_answer_stops_the_script(machine: Machine) -> None:
    machine.program("curl", says='{"id":"another"}')

    done = machine.run("register-schematics")

    assert done.returncode == 1


def test_a_node_can_answer_elsewhere_before_it_has_its_config(machine: Machine) -> None:
    machine.talosctl(configured="")

    machine.run("apply-configs", MAINTENANCE="two=10.0.0.99 three=10.0.0.98")

    given = [shlex.split(one)[4] for one in machine.called if "apply-config" in one]
    assert given == ["10.0.0.11", "10.0.0.99", "10.0.0.98"]


def test_a_node_that_has_its_config_is_passed_over(machine: Machine) -> None:
    machine.talosctl(configured="10.0.0.12")

    done = machine.run("apply-configs")

    assert "two has its config.\n" in done.stdout
    given = [shlex.split(one)[-1] for one in machine.called if "apply-config" in one]
    assert [path.rpartition("/")[2] for path in given] == ["one.yaml", "three.yaml"]


def test_etcd_is_started_once_in_a_clusters_life(machine: Machine) -> None:
    machine.run("bootstrap-etcd")

    assert not [one for one in machine.called if one.endswith(" bootstrap")]


def test_a_path_with_everything_in_it_reaches_the_server_as_it_is(tmp_path: Path) -> None:
    path = '/etc/it\'s "mine"; $(echo x)/`id`'
    machine = Machine(tmp_path, rendered(home(K3S, distribution__k3s__tokenFile=path)))
    for name in ("kubectl", "helm", "git", "openssl", "ssh"):
        machine.program(name)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/k3s-token").write_text("secret\n")

    machine.run("start-first-server")

    remote = machine.called[0].removeprefix("ssh 10.0.0.11 ")
    assert shlex.split(remote) == ["sudo", "install", "-D", "-m", "600", "/dev/stdin", path]


def test_what_the_script_makes_is_for_nobody_elses_eyes(machine: Machine) -> None:
    machine.run("--from", "wait-for-nodes")

    assert (machine.root / "secrets").stat().st_mode & 0o077 == 0


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_quoted_value_is_one_word_for_the_shell(value: str) -> None:
    assert shlex.split(quoted(value)) == [value]


@given(st.lists(st.from_regex(r"[a-z0-9.:/-]{1,30}", fullmatch=True), min_size=1, max_size=40))
def test_words_over_many_lines_are_the_same_words(values: list[str]) -> None:
    assert shlex.split(" ".join(words(values))) == values


def test_the_script_needs_no_newer_bash_than_a_mac_has() -> None:
    script = rendered(home())[SCRIPT]

    assert not re.search(r"declare -A|mapfile|readarray|\$\{\w+(,,|\^\^|@Q)\}", script)
