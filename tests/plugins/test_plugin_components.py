"""Components of other packages: switched on by name, held to what ours are held to, refused with the package's name."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest
from foreign_packages import COMPONENT, install

import fabricgen
from fabricgen.cli import main
from fabricgen.plugins.installed import installed

ROOT = Path(__file__).parents[2]
DESCRIPTION = (ROOT / "clusters" / "k3s-homelab.yaml").read_text(encoding="utf-8")
Site = Callable[..., None]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A function that installs packages where Python finds them."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    installed.cache_clear()
    yield lambda *words, **entries: install(folder, *words, **entries)
    installed.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("acme"):
            del sys.modules[name]


def _cluster(more: str) -> fabricgen.Cluster:
    return fabricgen.resolve_cluster(fabricgen.load_text(f"{DESCRIPTION}\n{more}", file="clusters/home.yaml"))


def _rendered(more: str = "components: {about: {}}") -> fabricgen.Rendered:
    return fabricgen.render_cluster(_cluster(more))


def _about(site: Site, text: str = "", more: str = "") -> None:
    site(
        "acme-about", "acme_about", text or COMPONENT.format(more=more), components="about = acme_about:about"
    )


def test_a_component_becomes_files_and_a_layer_with_reasons(site: Site) -> None:
    _about(site)

    texts = _rendered().texts

    assert "# people ask\n  name: k3s-homelab" in texts[PurePosixPath("infrastructure/about/about.yaml")]
    assert "says its name (from acme-about 1.2.0)" in texts[PurePosixPath("flux/about.yaml")]
    assert "- about.yaml" in texts[PurePosixPath("flux/kustomization.yaml")]
    assert "- about.yaml" in texts[PurePosixPath("infrastructure/about/kustomization.yaml")]
    assert (
        "| `infrastructure/about/` | says its name (from acme-about 1.2.0) |"
        in texts[PurePosixPath("README.md")]
    )


def test_what_is_installed_and_not_named_changes_nothing(site: Site) -> None:
    without = _rendered("").texts

    _about(site)

    assert _rendered("").texts == without


def test_the_files_are_owned_and_go_when_the_component_goes(site: Site, tmp_path: Path) -> None:
    _about(site)
    fabricgen.write_output([fabricgen.plan_output(_rendered(), tmp_path)])
    record = json.loads((tmp_path / "k3s-homelab" / ".fabricgen.json").read_text(encoding="utf-8"))

    plan = fabricgen.plan_output(_rendered(""), tmp_path)

    assert "infrastructure/about/about.yaml" in json.dumps(record)
    assert PurePosixPath("infrastructure/about/about.yaml") in [one.path for one in plan.removed]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "components: {abuot: {}}",
            r"components.abuot: no installed package brings the component abuot; did you mean about",
        ),
        ("components: {about: {size: 3}}", r"components.about.size: unknown key; it takes no options"),
        ("components: {about: 3}", r"components.about"),
        (
            "rules: [house]",
            r"rules\[0\]: no installed package brings the set of rules house; install the package",
        ),
    ],
)
def test_a_wrong_name_or_option_is_refused_with_its_line(site: Site, more: str, said: str) -> None:
    _about(site)

    with pytest.raises(fabricgen.ProblemsError, match=rf"clusters/home.yaml:\d+: {said}"):
        _rendered(more)


def test_two_packages_with_one_name_are_both_named(site: Site) -> None:
    _about(site)
    site("acme-other", "acme_other", COMPONENT.format(more=""), components="about = acme_other:about")

    with pytest.raises(
        fabricgen.ResolveError, match=r"brought by acme-about 1.2.0 and acme-other 1.2.0; uninstall"
    ):
        _rendered()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import acme_nowhere",
            "about of acme-about 1.2.0 cannot be loaded: ModuleNotFoundError: No module named",
        ),
        ("about = 3", "about of acme-about 1.2.0 is no fabricgen.Component but a int"),
        ("nothing = 3", "about of acme-about 1.2.0 cannot be loaded: AttributeError"),
    ],
)
def test_a_broken_package_is_named(site: Site, text: str, said: str) -> None:
    _about(site, text)

    with pytest.raises(fabricgen.ResolveError, match=said):
        _rendered()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (', after=("cilum",)', "waits for cilum, which this cluster does not have; did you mean cilium"),
        (', after=("about",)', "waits for about, which this cluster does not have"),
    ],
)
def test_what_a_component_waits_for_is_there(site: Site, more: str, said: str) -> None:
    _about(site, more=more)

    with pytest.raises(fabricgen.ResolveError, match=said):
        _rendered()


def test_a_component_cannot_have_the_name_of_a_layer(site: Site) -> None:
    site("acme-about", "acme_about", COMPONENT.format(more=""), components="gateway = acme_about:about")

    with pytest.raises(fabricgen.ResolveError, match="infrastructure/gateway is a folder of fabricgen's own"):
        _rendered("components: {gateway: {}}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("yield fabricgen.Draft(", "yield dict(", "gives a dict, not a fabricgen.Draft"),
        (
            "    base =",
            "    1 / 0\n    base =",
            "acme_about.py:4: k3s-homelab: component about of acme-about 1.2.0 failed: ZeroDivisionError: division by zero",
        ),
        (
            "infrastructure/about/about.yaml",
            "flux/gateway.yaml",
            "its files are infrastructure/about/<name>.yaml",
        ),
        (
            "about/about.yaml",
            "about/../cilium/release.yaml",
            "its files are infrastructure/about/<name>.yaml",
        ),
        ("about/about.yaml", "about/kustomization.yaml", "is written by fabricgen"),
        ('why="people ask"', 'why=" "', "the setting data.name has no reason"),
        ('source="https://example.org"', 'source=""', "the setting data.name has no source"),
        ('"kind": "ConfigMap",', '"kind": "ConfigMap", "data": {},', "data has no reason; give it as a"),
        ("    yield", "    return\n    yield", "it gives no file"),
    ],
)
def test_what_a_component_gives_is_held_to_what_ours_is(site: Site, old: str, new: str, said: str) -> None:
    text = COMPONENT.format(more="")
    assert old in text
    _about(site, text.replace(old, new))

    with pytest.raises(fabricgen.PluginError, match=r"component about of acme-about 1.2.0.*") as refused:
        _rendered()

    assert said in str(refused.value)


def test_what_a_component_gives_is_checked_by_the_schema_of_its_kind(site: Site) -> None:
    _about(site, COMPONENT.format(more="").replace('("data", "name")', '("daata", "name")'))

    with pytest.raises(fabricgen.CheckFailedError, match=r"infrastructure/about/about.yaml.*SCH001"):
        _rendered()


def test_the_command_ends_with_2_and_one_line(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _about(site, "import acme_nowhere")
    (tmp_path / "clusters").mkdir()
    (tmp_path / "clusters" / "home.yaml").write_text(f"{DESCRIPTION}\ncomponents: {{about: {{}}}}\n", "utf-8")
    monkeypatch.chdir(tmp_path)

    code = main(["render"])

    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "acme-about 1.2.0 cannot be loaded" in err
    assert "Traceback" not in err


def test_without_plug_ins_nobody_looks_for_them() -> None:
    program = (
        "import sys; from fabricgen.cli import main; main(['lint', 'gitops/homeops', '--only', 'CIL']);"
        "print('fabricgen.plugins.installed' in sys.modules, 'importlib.metadata' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1].startswith("False")


def test_a_component_without_a_package_is_added_by_a_script() -> None:
    namespace: dict[str, object] = {}
    exec(COMPONENT.format(more=""), namespace)  # noqa: S102 - ours
    component = namespace["about"]
    assert isinstance(component, fabricgen.Component)

    cluster = fabricgen.add_component(_cluster(""), component, name="about")

    assert PurePosixPath("infrastructure/about/about.yaml") in fabricgen.render_cluster(cluster).texts
    with pytest.raises(fabricgen.ProblemsError, match="there is such a component already"):
        fabricgen.add_component(cluster, component, name="about")
