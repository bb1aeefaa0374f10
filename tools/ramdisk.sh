#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Makes a ramdisk of an arm64 busybox; it says which domain it runs in: ramdisk.sh BUSYBOX OUT
#
# Its /init prints "DOMAIN-READY name=NAME kernel=… mem=…kB cpus=… xen=…", NAME from
# "domname=NAME" on the kernel's command line. The same busybox gives the same bytes.
set -euo pipefail

[ $# = 2 ] || { echo "usage: tools/ramdisk.sh BUSYBOX OUT" >&2 && exit 2; }

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/bin" "$root/dev" "$root/proc" "$root/sys"
install -m 755 "$1" "$root/bin/busybox"

cat >"$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys

name=unnamed
for word in $(cat /proc/cmdline); do
	case $word in
	domname=*) name=${word#domname=} ;;
	esac
done
mem=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)
cpus=$(grep -c '^processor' /proc/cpuinfo)
xen=$(cat /sys/hypervisor/type 2>/dev/null || echo no)

# All domains write to one console and may break each other's lines, so say it more than once.
for again in 1 2 3 4 5 6; do
	echo
	echo "DOMAIN-READY name=$name kernel=$(uname -r) mem=${mem}kB cpus=$cpus xen=$xen"
	sleep 1
done

# A console is not always there: dom0's may be Xen's own.
while true; do
	if [ -c /dev/console ]; then
		setsid -c sh </dev/console >/dev/console 2>&1
	fi
	sleep 5
done
INIT
chmod 755 "$root/init"

# Nothing of the day, the builder or the file system may show in the bytes.
find "$root" -exec touch --no-dereference --date=@0 {} +
chmod -R go-w "$root"
new=$(mktemp "$2.XXXXXX")
(cd "$root" && find . | LC_ALL=C sort |
	cpio --quiet --create --format=newc --reproducible --owner=0:0) | gzip -9 -n >"$new"
chmod 644 "$new"
mv "$new" "$2"
