"""Reading descriptions: places, the words for what is wrong, files that cannot be read."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabricgen.description.nodes import Interface
from fabricgen.errors import DescriptionError, Problem
from fabricgen.load import load_file, load_text
from fabricgen.yamlio import dump_document, read_document

VALID_FILES = sorted((Path(__file__).parent / "valid").glob("*.yaml"))

VALID = """\
name: home
kubernetes: 1.34.2
distribution: {talos: {version: 1.12.5}}
endpoint: {host: 10.0.0.9}
networks:
  nodes: 10.0.0.0/24
  router: 10.0.0.1
  pods: 10.42.0.0/16
  services: 10.43.0.0/16
nodes:
  - name: one
    role: control-plane
    address: 10.0.0.10
    disk: /dev/sda
cni: {cilium: {version: 1.18.6}}
flux:
  version: 2.7.5
  operatorVersion: 0.33.0
  git: {url: "https://example.org/home.git"}
"""


def refusal(text: str) -> list[str]:
    with pytest.raises(DescriptionError) as caught:
        load_text(text, file="home.yaml")
    return [str(problem) for problem in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert VALID.count(old) == 1
    return VALID.replace(old, new)


def test_a_right_description_is_read_with_its_name_and_its_places() -> None:
    loaded = load_text(VALID, file="clusters/home.yaml")

    assert loaded.description.nodes[0].name == "one"
    assert loaded.file == "clusters/home.yaml"
    assert loaded.positions[("nodes", 0, "role")].line == 12


def test_a_problem_is_located_at_its_value_or_at_the_nearest_one_around_it() -> None:
    loaded = load_text(VALID, file="home.yaml")

    exact = loaded.locate(Problem(message="wrong", path=("nodes", 0, "disk")))
    around = loaded.locate(Problem(message="wrong", path=("networks", "dnsServers", 2)))

    assert (exact.file, exact.line, exact.column) == ("home.yaml", 14, 5)
    assert (around.file, around.line, around.column) == ("home.yaml", 5, 1)


def test_all_problems_are_told_at_once_in_the_order_of_the_text() -> None:
    text = changed("role: control-plane", "role: boss").replace("kubernetes: 1.34.2", "kubernetes: 1.34")

    assert [line.split(": ")[:2] for line in refusal(text)] == [
        ["home.yaml:2", "kubernetes"],
        ["home.yaml:12", "nodes[0].role"],
    ]


def test_text_that_is_not_yaml_is_refused_with_its_line() -> None:
    assert refusal("name: [home\nnodes: 1\n")[0].startswith("home.yaml:")


def test_a_description_that_is_no_mapping_is_refused() -> None:
    assert refusal("- name: home\n") == [
        (
            "home.yaml:1: is a list, where a mapping (`key: value`) is needed; its keys are: name, kubernetes, "
            "distribution, endpoint, networks, hardware, nodes, cni, metallb, flux, components, rules, decisions, ignore"
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kubernetes: 1.34.2", "kubernets: 1.34.2", "kubernets: unknown key; did you mean kubernetes?"),
        ("pods:", "podCIDR:", "networks.podCIDR: unknown key; did you mean pods?"),
        ("pods:", "pod_subnets:", "networks.pod_subnets: unknown key; did you mean pods?"),
        (
            "version: 1.18.6",
            "version: 1.18.6, gatewayApi: {}",
            "cni.cilium.gatewayApi: unknown key; did you mean gatewayAPI?",
        ),
        (
            "version: 1.18.6",
            "version: 1.18.6, kube-proxy-replacement: true",
            "cni.cilium.kube-proxy-replacement: unknown key; did you mean kubeProxyReplacement?",
        ),
        ("disk:", "installDisk:", "nodes[0].installDisk: unknown key; did you mean disk?"),
        ("disk:", "dnsServers:", "nodes[0].dnsServers: unknown key; it belongs to networks, not to nodes[0]"),
        (
            "endpoint: {host: 10.0.0.9}",
            "endpoint: {host: 10.0.0.9, zone: x}",
            "endpoint.zone: unknown key; known here: host, port, external",
        ),
        (
            "kubernetes: 1.34.2",
            "podSubnets: 10.0.0.0/8",
            "podSubnets: unknown key; that is networks.pods",
        ),
    ],
)
def test_an_unknown_key_comes_with_the_nearest_known_one(old: str, new: str, message: str) -> None:
    assert message in "\n".join(refusal(changed(old, new)))


def test_a_misspelled_key_is_not_also_called_missing() -> None:
    assert len(refusal(changed("address:", "adress:"))) == 1


def test_a_missing_key_is_told_with_what_it_is() -> None:
    assert refusal(changed("    role: control-plane\n", "")) == [
        "home.yaml:11: nodes[0].role: is missing; write one of: control-plane, worker"
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "host: 10.0.0.9",
            "host: 8",
            'home.yaml:4: endpoint.host: 8 is a number, where text is needed; write it in quotes: "8"',
        ),
        (
            "host: 10.0.0.9",
            "host: 10.0.0.9, external: 'yes'",
            "home.yaml:4: endpoint.external: 'yes' is text, where true or false is needed; write true",
        ),
        (
            "host: 10.0.0.9",
            "host: 10.0.0.9, port: '6443'",
            "home.yaml:4: endpoint.port: '6443' is text, where a whole number is needed; write 6443 without quotes",
        ),
        (
            "host: 10.0.0.9",
            "host: 10.0.0.9, port: 0",
            "home.yaml:4: endpoint.port: 0 is too small; the least is 1",
        ),
        (
            "host: 10.0.0.9",
            "host: 10.0.0.9, port: 70000",
            "home.yaml:4: endpoint.port: 70000 is too large; the most is 65535",
        ),
        (
            "  router: 10.0.0.1",
            "  timeServers: ntp.example.org",
            (
                "home.yaml:7: networks.timeServers: 'ntp.example.org' is text, where a list is needed; "
                "write [ntp.example.org]"
            ),
        ),
        (
            "role: control-plane",
            "role: master",
            "home.yaml:12: nodes[0].role: 'master' is none of: control-plane, worker; did you mean control-plane?",
        ),
        (
            "role: control-plane",
            "role:",
            "home.yaml:12: nodes[0].role: has no value, and can be: control-plane, worker",
        ),
        (
            "address: 10.0.0.10",
            "address:",
            (
                "home.yaml:13: nodes[0].address: has no value; "
                "it is: Its address in `networks.nodes`, or an IPv4/IPv6 pair"
            ),
        ),
        (
            "role: control-plane",
            "role: {a: {b: c}}",
            "home.yaml:12: nodes[0].role: a mapping is none of: control-plane, worker",
        ),
        (
            "name: one",
            "name: Node_One",
            (
                "home.yaml:11: nodes[0].name: 'Node_One' is not a name: lower-case letters, digits and dashes, "
                "a letter or digit at both ends, at most 63; did you mean node-one?"
            ),
        ),
        (
            "disk: /dev/sda",
            "disk: [/dev/sda]",
            (
                "home.yaml:14: nodes[0].disk: is a list, where text or a mapping is needed; "
                "it is: Disk that Talos is installed on: a device such as /dev/sda, or a selector"
            ),
        ),
        (
            "disk: /dev/sda",
            "disk: {serial: 7}",
            'home.yaml:14: nodes[0].disk.serial: 7 is a number, where text is needed; write it in quotes: "7"',
        ),
        (
            "disk: /dev/sda",
            "disk: ''",
            "home.yaml:14: nodes[0].disk: is empty; it is: Disk that Talos is installed on: a device such as /dev/sda, or a selector",
        ),
        (
            "disk: /dev/sda",
            "interface: {name: end0, mac: 'd8:3a:dd:01:02:03'}",
            "home.yaml:14: nodes[0].interface: has name and mac, and a link is found in one way; keep one of them",
        ),
        (
            "cilium: {version: 1.18.6}",
            "flannel: ",
            (
                "home.yaml:15: cni: has none of cilium, flannel, and one CNI runs at a time; write one of them; "
                "flannel has no value; is something missing below it?"
            ),
        ),
        (
            "version: 2.7.5",
            "version: 2.7.5\n  interval: 10",
            "home.yaml:18: flux.interval: 10 is a number, where text is needed; write 10s",
        ),
        (
            '"https://example.org/home.git"',
            '"git@example.org:me/home.git"',
            (
                "home.yaml:19: flux.git.url: 'git@example.org:me/home.git' is not an https:// or ssh:// address of a "
                "git repository; did you mean ssh://git@example.org/me/home.git?"
            ),
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed_and_what_would_be_right(
    old: str, new: str, message: str
) -> None:
    assert refusal(changed(old, new)) == [message]


@pytest.mark.parametrize("scalar", ["no", "0755", "12:30:45", "1e3", "1_000", "0o7", "off", "y"])
def test_a_scalar_that_readers_disagree_about_is_refused_once_with_its_line(scalar: str) -> None:
    found = refusal(changed("disk: /dev/sda", f"labels: {{zone: {scalar}}}"))

    assert len(found) == 1
    assert found[0].startswith(f"home.yaml:14: nodes[0].labels.zone: {scalar} is ")
    assert found[0].endswith(f'or quote it: "{scalar}"')


def test_a_scalar_in_free_values_must_be_clear_too() -> None:
    text = changed("version: 1.18.6", "version: 1.18.6, values: {debug: {enabled: yes}}")

    assert "cni.cilium.values.debug.enabled: yes is " in refusal(text)[0]


@pytest.mark.parametrize(
    "secret",
    [
        "nodes: {password: hunter2}",
        "flux: {git: {url: 'htp://me:hunter2@example.org/x'}}",
        "flux: {git: {secret: Hunter2-hunter2}}",
        "name: ghp_hunter2hunter2",
        "cni: {hunter2: {a: hunter2}}",
    ],
)
def test_no_message_shows_what_may_be_a_secret(secret: str) -> None:
    message = "\n".join(refusal(secret)).replace("cni.hunter2: unknown", "")

    assert "hunter2" not in message.lower()


def test_a_long_value_is_shortened() -> None:
    assert len(refusal(changed("name: one", f"name: {'X' * 5000}"))[0]) < 300


def test_pydantics_own_error_is_not_chained_since_it_shows_the_values() -> None:
    with pytest.raises(DescriptionError) as caught:
        load_text("name: 5\n", file="home.yaml")

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_file_is_named_as_the_user_named_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clusters").mkdir()
    (tmp_path / "clusters" / "home.yaml").write_text(VALID, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert load_file(Path("clusters/home.yaml")).file == "clusters/home.yaml"


def file_refusal(path: Path) -> str:
    with pytest.raises(DescriptionError) as caught:
        load_file(path)
    return str(caught.value)


def test_a_file_that_does_not_exist_is_refused_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "home.yaml").write_text(VALID, encoding="utf-8")

    assert file_refusal(tmp_path / "hme.yaml") == (
        f"{tmp_path}/hme.yaml: does not exist; did you mean {tmp_path}/home.yaml?"
    )


def test_a_folder_is_refused_with_a_description_in_it(tmp_path: Path) -> None:
    (tmp_path / "home.yaml").write_text(VALID, encoding="utf-8")

    assert file_refusal(tmp_path) == (
        f"{tmp_path}: is a folder; name a description in it, such as {tmp_path}/home.yaml"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty; a description starts with `name:`"),
        (b" \n", "is empty; a description starts with `name:`"),
        (b"# nothing\n", "nothing but comments at most"),
        (b"name: home\nkubernetes: \xff\n", "byte 23 (0xff) is not UTF-8; save the file as UTF-8"),
        ("name: home".encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (b"#" * (1024 * 1024 + 1), "is larger than 1024 KiB, which no description is"),
    ],
)
def test_a_file_that_cannot_be_read_as_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "home.yaml"
    path.write_bytes(data)

    assert file_refusal(path).endswith(message)


def test_a_byte_that_is_not_utf8_is_placed(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    path.write_bytes(b"name: home\nkubernetes: \xff\n")

    assert file_refusal(path).startswith(f"{path}:2: ")


def test_something_that_is_no_file_is_refused() -> None:
    assert file_refusal(Path("/dev/null")) == "/dev/null: is not a regular file"


@pytest.mark.parametrize("path", VALID_FILES, ids=lambda path: path.stem)
def test_what_is_read_can_be_written_and_read_again(path: Path) -> None:
    description = load_file(path).description

    text = dump_document(description.model_dump(mode="json", by_alias=True, exclude_unset=True))

    assert load_text(text, file=path.name).description == description


@pytest.mark.parametrize(
    ("written", "asn"),
    [("64512", 64512), ("AS64512", 64512), ("as64512", 64512), ('"1.10"', 65546), ('"64512"', 64512)],
)
def test_as_numbers_are_read_in_the_forms_that_people_write(written: str, asn: int) -> None:
    peers = f"[{{name: router, address: 10.0.0.1, asn: {written}}}]"
    loaded = load_text(changed("1.18.6", f"1.18.6, bgp: {{asn: 64513, peers: {peers}}}"), file="home.yaml")

    bgp = loaded.description.cni.cilium and loaded.description.cni.cilium.bgp
    assert bgp
    assert bgp.peers[0].asn == asn


@pytest.mark.parametrize(
    "written",
    ["d8:3a:dd:01:02:03", "D8:3A:DD:01:02:03", "d8-3a-dd-01-02-03", "d83a.dd01.0203", "D83ADD010203"],
)
def test_mac_addresses_are_read_in_the_forms_that_people_write(written: str) -> None:
    loaded = load_text(changed("disk: /dev/sda", f"interface: {{mac: '{written}'}}"), file="home.yaml")

    interface = loaded.description.nodes[0].interface
    assert isinstance(interface, Interface)
    assert interface.mac == "d8:3a:dd:01:02:03"


@pytest.mark.parametrize("written", ["8Gi", "8GiB", "8GB", "8 GiB", "8192Mi", "8192MiB"])
def test_memory_is_read_in_the_forms_that_people_write(written: str) -> None:
    loaded = load_text(changed("disk: /dev/sda", f"memory: {written}"), file="home.yaml")

    assert loaded.description.nodes[0].memory == 8192


def test_a_byte_order_mark_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "home.yaml"
    path.write_text(VALID, encoding="utf-8-sig")

    assert load_file(path).description.name == "home"


def paths_of(value: object, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [above, *(path for key, inner in items for path in paths_of(inner, (*above, key)))]


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    if not path:
        return new
    key, *rest = path
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = replaced(value[key], tuple(rest), new)
    return copy


VALID_BODIES = [read_document(path.read_text(encoding="utf-8")).value for path in VALID_FILES]
PLACES = [(body, path) for body in VALID_BODIES for path in paths_of(body)]
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        10**30,
        1.5,
        "",
        " ",
        "x",
        "é",
        "10.0.0.0/8",
        "1.2",
        [],
        [None],
        [[]],
        {},
        {"x": None},
        {"name": 1},
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), ODD)
def test_whatever_stands_in_a_place_there_is_an_answer_with_a_line(
    place: tuple[Any, tuple[str | int, ...]], odd: object
) -> None:
    body, path = place
    problems: tuple[Problem, ...] = ()
    try:
        load_text(json.dumps(replaced(body, path, odd)), file="home.yaml")
    except DescriptionError as error:
        problems = error.problems

    assert all(problem.message and problem.line > 0 and len(str(problem)) < 900 for problem in problems)
