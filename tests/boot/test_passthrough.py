# SPDX-License-Identifier: BSD-2-Clause
"""Guests use devices of the machine by the partial trees that xendtc makes."""

import json
import re
import subprocess

import pytest

import machine
from test_boot import ready

pytestmark = pytest.mark.boot

YEAR = 2031

# The guest's clock wakes it once; then it shows the date and which interrupts there were.
CLOCK = ("console=ttyAMA0 rdinit=/bin/busybox -- sh -c "
         "\"/bin/busybox --install -s /bin; mkdir /p /s; mount -t proc p /p; "
         "mount -t sysfs s /s; echo +1 > /s/class/rtc/rtc0/wakealarm; sleep 3; "
         "for n in 1 2 3; do echo date $(cat /s/class/rtc/rtc0/date) end; "
         "echo count $(grep rtc-pl031 /p/interrupts) end; done; sleep 1000\"")

VIRT = """
board: qemu-arm64
memory: 2G
device-tree: virt-gicv{gic}.dtb
xen: {{image: xen-{xen}, cmdline: console=dtuart guest_loglvl=all}}
dom0:
  kernel: Image-cloud
  ramdisk: initrd.cpio.gz
  cmdline: console=hvc0 domname=dom0
  memory: 256M
  vcpus: 2
guests:
  clock:
    kernel: Image-cloud
    ramdisk: initrd.cpio.gz
    cmdline: {line}
    memory: 128M
    vcpus: 1
    vpl011: true
    passthrough: [/pl031@9010000]
"""

PI = """
board: rpi4
memory: 2G
device-tree: bcm2711-rpi-4-b.dtb
xen: {{image: xen-{xen}, cmdline: console=dtuart dtuart=serial1 guest_loglvl=all}}
dom0:
  kernel: Image-cloud
  ramdisk: initrd.cpio.gz
  cmdline: console=hvc0 domname=dom0 clk_ignore_unused
  memory: 256M
  vcpus: 2
guests:
  net:
    kernel: Image
    ramdisk: initrd.cpio.gz
    cmdline: console=ttyAMA0 domname=net
    memory: 128M
    vcpus: 1
    vpl011: true
    passthrough:
      - /soc/mailbox@7e00b880
      - {{device: /soc/i2c@7e804000, clock-rates: [500000000]}}
      - {{device: /soc/i2c@7e205000, clock-rates: [500000000]}}
      - ethernet0
"""


# QEMU's tree has no PL061 where firmware is loaded; the machine has one if there is none. Xen could
# not read xen,reg in a port, whose bus has no sizes: a node beside it tells of the interrupt.
GPIO_OVERLAY = """
/dts-v1/;
/plugin/;
/ { fragment@0 { target-path = "/"; __overlay__ {
	pclk: pins-clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
	gpio@9030000 {
		compatible = "arm,pl061", "arm,primecell";
		reg = <0x0 0x9030000 0x0 0x1000>;
		interrupts = <0 7 4>;
		clocks = <&pclk>;
		clock-names = "apb_pclk";
		gpio-controller;
		#gpio-cells = <2>;
		#address-cells = <1>;
		#size-cells = <0>;
		port@0 { reg = <0>; interrupts = <0 100 4>; };
		lamp-hog { gpio-hog; gpios = <5 0>; output-high; line-name = "lamp"; };
	};
}; }; };
"""

# The guest says which pin the hog has, and that it is driven.
GPIO = ("console=ttyAMA0 rdinit=/bin/busybox -- sh -c "
        "\"/bin/busybox --install -s /bin; mkdir /d; mount -t debugfs d /d; "
        "for n in 1 2 3; do grep -A9 9030000 /d/gpio; echo gpio end; sleep 2; done; sleep 1000\"")

def build(xendtc, files, work, text):
    """The folder with all that the system became. dtc reads the partial tree, too."""
    out = work / "out"
    subprocess.run([xendtc, "build", "--stage", "--files", files, "--output", out, "-"],
                   input=text, text=True, check=True)
    for tree in out.glob("*-passthrough.dtb"):
        subprocess.run(["dtc", "-q", "-I", "dtb", "-o", "/dev/null", tree], check=True)
    return out


def with_clock(boot):
    """The machine's clock begins in that year, so that no other clock can be mistaken for it."""
    boot.command += ["-rtc", f"base={YEAR}-02-03T04:05:06,clock=vm"]
    return boot


@pytest.mark.parametrize("gic, xen", [(3, "4.20"), (2, "4.17")])
def test_clock(xendtc, files, tmp_path, gic, xen):
    """A guest reads the machine's clock, and the alarm's interrupt reaches it; dom0 has none."""
    text = VIRT.format(gic=gic, xen=xen, line=json.dumps(CLOCK))
    out = build(xendtc, files, tmp_path, text)
    boot = with_clock(machine.virt_direct(tmp_path, out, gic))
    date = re.compile(rf"DOM1: date {YEAR}-02-03 end")
    count = re.compile(r"DOM1: count \d+: [1-9]\d* GIC\S* 34 Level rtc-pl031 end")
    boot.watch([ready("dom0", cpus=2, xen=True), date, count],
               forbidden=(*machine.FATAL, re.compile(r"^\[ *\d+\.\d+\] rtc-pl031")))


@pytest.mark.parametrize("xen", ["4.17", "4.20"])
def test_pi(xendtc, files, tmp_path, xen):
    """Xen takes the Pi's peripherals for a guest, whose driver finds the VideoCore's mailbox."""
    out = build(xendtc, files, tmp_path, PI.format(xen=xen))
    boot = machine.raspi4b_direct(tmp_path, out)
    mailbox = re.compile(r"DOM1: .*bcm2835-mbox fe00b880\.mailbox: mailbox enabled")
    boot.watch([ready("dom0", cpus=2, xen=True), ready("net"), mailbox])


def test_gpio_hog(xendtc, files, tmp_path):
    """A hog's pin stays that pin: it is no reference."""
    overlay = tmp_path / "gpio.dtbo"
    subprocess.run(["dtc", "-q", "-@", "-O", "dtb", "-o", overlay], input=GPIO_OVERLAY, text=True,
                   check=True)
    text = VIRT.format(gic=3, xen="4.20", line=json.dumps(GPIO)).replace(
        "/pl031@9010000", "/gpio@9030000") + f"overlays: [{overlay}]\n"
    out = build(xendtc, files, tmp_path, text)
    boot = machine.virt_direct(tmp_path, out, 3)
    hog = re.compile(r"DOM1:  gpio-\S+ \( *\|lamp *\) out hi")
    boot.watch([ready("dom0", cpus=2, xen=True), hog])
