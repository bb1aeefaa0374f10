#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Makes of a chroot of Debian 13 what is nearest to Ubuntu 24.04 where there is no mirror of Ubuntu:
# like-ubuntu.sh ROOT
#
# It calls itself so, which is what tools/ look at; gcc is 13, with what Ubuntu's compiler does
# without being asked (https://wiki.ubuntu.com/ToolChain/CompilerFlags): more warnings come of that.
# Like Ubuntu's images it has no man pages. The versions of meson, dtc, Python and libraries
# are Debian 13's; Ubuntu's are between those and Debian 12's.
set -euo pipefail
root=$1

rm -f "$root/etc/os-release"
cat >"$root/etc/os-release" <<END
PRETTY_NAME="Ubuntu 24.04 LTS (a likeness, made of Debian 13)"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
END
echo 'path-exclude=/usr/share/man/*' >"$root/etc/dpkg/dpkg.cfg.d/excludes"

# The compiler is installed by tools/setup.sh, as everywhere; then cc and gcc find this one first.
cat >"$root/usr/local/bin/gcc" <<'END'
#!/bin/bash
compiler=/usr/bin/gcc-13
[ -x $compiler ] || compiler=/usr/bin/gcc
for word; do
	case $word in
	-fsanitize=* | -U_FORTIFY_SOURCE | -D_FORTIFY_SOURCE*) exec $compiler "$@" ;;
	-O[123sgz]) optimised=yes ;;
	esac
done
exec $compiler ${optimised:+-D_FORTIFY_SOURCE=3} -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -Wformat -Wformat-security "$@"
END
chmod 755 "$root/usr/local/bin/gcc"
ln -s gcc "$root/usr/local/bin/cc"
