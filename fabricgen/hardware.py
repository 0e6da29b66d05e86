"""Hardware classes that fabricgen knows: what a board has unless the description says otherwise.

Read by `resolve`. Sources: Talos' page on single-board computers for the overlay of the Raspberry Pi 4,
https://docs.siderolabs.com/talos/v1.12/platform-specific-installations/single-board-computers/rpi_generic ,
and the overlay repository https://github.com/siderolabs/sbc-raspberrypi for the Raspberry Pi 5's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fabricgen.versions.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What the image factory adds for a board: the image of the overlay and its name."""

    image: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HardwareClass:
    """What nodes of a class have.

    `interface` None means the first physical link, by selector; `talos_since` is the first Talos whose images the
    factory builds for it, None for any that fabricgen knows.
    """

    arch: Literal["amd64", "arm64"]
    disk: str | None = None
    interface: str | None = None
    overlay: Overlay | None = None
    talos_since: Version | None = None


# Boards boot from their SD card by default: /dev/mmcblk0. Both boards name their only Ethernet port end0.
BUILT_IN: Mapping[str, HardwareClass] = {
    "raspberry-pi-4": HardwareClass(
        arch="arm64",
        disk="/dev/mmcblk0",
        interface="end0",
        overlay=Overlay(image="siderolabs/sbc-raspberrypi", name="rpi_generic"),
    ),
    "raspberry-pi-5": HardwareClass(
        arch="arm64",
        disk="/dev/mmcblk0",
        interface="end0",
        overlay=Overlay(image="siderolabs/sbc-raspberrypi", name="rpi_5"),
        # pkg/machinery/platforms/sbcs.go in siderolabs/talos has it from v1.12.4 on; for older ones the factory
        # answers that it does not know the overlay: https://github.com/siderolabs/image-factory/issues/400
        talos_since=Version(1, 12, 4),
    ),
    "generic-amd64": HardwareClass(arch="amd64"),
    "generic-arm64": HardwareClass(arch="arm64"),
}
