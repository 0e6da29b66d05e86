"""IDs are those that the image factory itself hands out: from its tests, or from its YAML writer."""

import pytest

from fabricgen.hardware import Overlay
from fabricgen.schematic import schematic_of

RASPBERRY_PI_4 = Overlay(image="siderolabs/sbc-raspberrypi", name="rpi_generic")
RASPBERRY_PI_5 = Overlay(image="siderolabs/sbc-raspberrypi", name="rpi_5")
ISCSI = "siderolabs/iscsi-tools"
UTIL_LINUX = "siderolabs/util-linux-tools"
# Everything that looks as if it needed quotes, and does not.
AWKWARD = (
    "console=ttyAMA0,115200",
    "-selinux",
    "8250.nr_uarts=1",
    'dyndbg="file drivers/usb/* +p"',
    (
        "talos.config=https://metal.example/register?uuid=${uuid}&serial=${serial}&hostname=${hostname}"
        " a[0]{b}#c"
    ),
)


def id_of(
    *, overlay: Overlay | None = None, extensions: tuple[str, ...] = (), kernel_args: tuple[str, ...] = ()
) -> str:
    return schematic_of(name="test", overlay=overlay, extensions=extensions, kernel_args=kernel_args).id


def test_no_customization_is_the_factorys_default_schematic() -> None:
    # pkg/schematic/schematic_test.go of siderolabs/image-factory, as the next two.
    assert id_of() == "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"


def test_an_overlay_alone_gets_the_factorys_id() -> None:
    assert id_of(overlay=RASPBERRY_PI_4) == "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9"


def test_kernel_arguments_alone_get_the_factorys_id() -> None:
    ids = id_of(kernel_args=("noapic", "nolapic"))

    assert ids == "9cba8e32753f91a16c1837ab8abf356af021706ef284aef07380780177d9a06c"


def test_one_extension_gets_the_factorys_id() -> None:
    # Handed out by factory.talos.dev and used by many: Talos with what iSCSI storage needs.
    assert id_of(extensions=(ISCSI,)) == "c9078f9419961640c712a8bf2bb9174933dfcf1da383fd8ea2b7dc21493f8bac"


def test_two_extensions_get_the_factorys_id() -> None:
    # Handed out by factory.talos.dev and used by many: Talos with what Longhorn needs.
    ids = id_of(extensions=(ISCSI, UTIL_LINUX))

    assert ids == "613e1592b2da41ae5e265e8789429f22e121aab91cb4deb6bc3c0b6262961245"


def test_an_overlay_with_an_extension_gets_what_the_factorys_yaml_writer_makes_of_it() -> None:
    # Computed with go.yaml.in/yaml v3.0.4, v4.0.0-rc.4 and v4.0.0-rc.6; so is the next.
    ids = id_of(overlay=RASPBERRY_PI_5, extensions=(ISCSI,))

    assert ids == "c22909cfc6008e75fc01ce463d54cc081c7391027891c725a86d2a22b0c39c50"


def test_everything_together_gets_what_the_factorys_yaml_writer_makes_of_it() -> None:
    ids = id_of(overlay=RASPBERRY_PI_4, extensions=(ISCSI, UTIL_LINUX), kernel_args=AWKWARD)

    assert ids == "22de4c985c8c279fd44d9ec468dbcb37576ae0419b655e47a6770a1ae4f5e8f3"


def test_the_text_is_what_was_hashed_and_the_name_is_kept() -> None:
    schematic = schematic_of(name="pi", overlay=RASPBERRY_PI_4, extensions=(ISCSI,), kernel_args=("quiet",))

    assert schematic.name == "pi"
    assert schematic.text == (
        "overlay:\n"
        "    image: siderolabs/sbc-raspberrypi\n"
        "    name: rpi_generic\n"
        "customization:\n"
        "    extraKernelArgs:\n"
        "        - quiet\n"
        "    systemExtensions:\n"
        "        officialExtensions:\n"
        "            - siderolabs/iscsi-tools\n"
    )


def test_another_order_of_extensions_is_another_schematic() -> None:
    assert id_of(extensions=(ISCSI, UTIL_LINUX)) != id_of(extensions=(UTIL_LINUX, ISCSI))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " quiet",
        "quiet ",
        "yes",
        "Off",
        "n",
        "null",
        "TRUE",
        "0x10",
        "1_000",
        "12:30:45",
        "2026-01-01",
        ".5",
        "a: b",
        "a #b",
        "a  b:",
        "=",
        "<<",
        "- a",
        "--- a",
        "-",
        "@a",
        "'a'",
        "[a]",
        "a\tb",
        "a\nb",
        "ü",
    ],
)
def test_text_that_yaml_has_to_quote_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="needs quotes in YAML") as raised:
        id_of(kernel_args=("quiet", text))

    assert str(raised.value).startswith(repr(text))


def test_an_overlay_is_checked_like_the_rest() -> None:
    with pytest.raises(ValueError, match="needs quotes in YAML"):
        id_of(overlay=Overlay(image="siderolabs/sbc-raspberrypi", name="on"))
