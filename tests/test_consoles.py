# SPDX-License-Identifier: BSD-2-Clause
"""Whether a console of Linux counts as absent, with UARTs that xendtc knows and others."""

import subprocess

import pytest

from conftest import HERE

SYSTEM = """\
board: qemu-arm64
memory: 2G
device-tree: own.dtb
xen: {{image: xen-4.20, cmdline: console=dtuart}}
dom0:
  kernel: Image-linux
  ramdisk: initrd.cpio
  cmdline: console={console}
  memory: 256M
  vcpus: 1
"""

UART = """
/ {{
	serial@a000000 {{
		compatible = "{compatible}";
		reg = <0x0 0xa000000 0x0 0x1000>;
		interrupts = <0 60 4>;
	}};
}};
"""


def findings(xendtc, folder, compatible, console):
    """The codes for a dom0 with that UART beside Xen's own."""
    source = "".join((HERE / "fixtures" / name).read_text() for name in ("virt.dts", "gicv2.dtsi"))
    (folder / "own.dts").write_text(source + UART.format(compatible=compatible))
    subprocess.run(["dtc", "-q", "-o", folder / "own.dtb", folder / "own.dts"], check=True)
    (folder / "system.yaml").write_text(SYSTEM.format(console=console))
    done = xendtc("check", "system.yaml", cwd=folder)
    return [code for code in ("W0706", "W0740", "W0741") if f"[{code}]".encode() in done.stderr]


@pytest.mark.parametrize("compatible, console, codes", [
    ("qcom,msm-uartdm", "ttyMSM0", []),
    ("qcom,msm-uartdm", "ttyS0", ["W0706"]),
    ("qcom,geni-uart", "ttyMSM0", ["W0706"]),           # no console in Linux
    ("vendor,new-uart", "ttyS0", []),                   # nobody knows what Linux calls it
    ("vendor,new-uart", "ttyNEW0", []),
    ("qcom,msm-uartdm", "ttyMSM,115200", []),           # the first one
    ("ns16550a", "ttyS00", []),
    ("ns16550a", "0", []),                              # a number alone is one of ttyS
    ("qcom,msm-uartdm", "0", ["W0706"]),
    ("ns16550a", "a000000.serial:0.0", []),             # a device, since Linux 6.10
])
def test_uart_of_dom0(xendtc, own_fixtures, compatible, console, codes):
    assert findings(xendtc, own_fixtures, compatible, console) == codes
