#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What tests/chroots/run.sh does inside of a chroot: steps.sh STEP SYSTEM
#
# Each step_STEP is one row of the table in docs/systems.md. A line "== ..." says what was seen; the
# last one stands in the table that run.sh prints. Exit status 77 means: cannot be tried there.
set -euo pipefail
cd /root/xendtc
export DEBIAN_FRONTEND=noninteractive
step=$1 system=$2
version=$(cat VERSION)

say() {
	printf '== %s\n' "$*"
}

die() {
	say "$*"
	exit 1
}

skip() {
	say "$*"
	exit 77
}

get() {
	apt-get -q -q update
	apt-get -q -q -y -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" >/dev/null
}

# The same source is compiled again and again by what follows the first builds.
with_ccache() {
	command -v ccache >/dev/null || get ccache
	export PATH=/usr/lib/ccache:$PATH CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=/
}

# refused TEXT... -- COMMAND...: it must fail, and say all of that.
refused() {
	local texts=() said text
	while [ "$1" != -- ]; do
		texts+=("$1")
		shift
	done
	shift
	if said=$("$@" 2>&1); then
		die "took: $*"
	fi
	for text in "${texts[@]}"; do
		[[ $said == *"$text"* ]] || die "no word of '$text': $said"
	done
	echo "$said"
}

# in_git FOLDER: a new repository with who commits.
in_git() {
	git init -q "$1"
	git -C "$1" config user.name t
	git -C "$1" config user.email t@t
}

# a_copy FOLDER: this commit as a clone.
a_copy() {
	rm -rf "$1"
	git clone -q /root/xendtc "$1"
}

as_somebody() {
	id somebody >/dev/null 2>&1 || useradd -m somebody
	su somebody -s /bin/bash -c "$1"
}

# Without root, without a network, without apt: try.sh and run.sh say what is missing.
step_missing() {
	local list="Missing are, by the names of Debian's packages:" command
	id somebody >/dev/null 2>&1 || useradd -m somebody
	cp -a /root/xendtc /home/somebody/
	chown -R somebody: /home/somebody
	for command in ./try.sh "tests/run.sh quick" "tests/run.sh"; do
		refused "neither root nor sudo" "$list" "apt-get install gcc" libfdt-dev \
			-- as_somebody "cd ~/xendtc && $command"
	done
	for command in tools/static.sh tests/coverage.sh tests/fuzz/run.sh; do
		refused "$list" "apt-get install gcc" libfdt-dev -- $command
	done
	SECONDS=0
	refused "$list" "apt-get install gcc" libfdt-dev -- unshare --net ./try.sh
	[ $SECONDS -lt 60 ] || die "without a network it took $SECONDS s to say so"
	mv /usr/bin/apt-get /usr/bin/apt-get.away
	refused "no apt here" "$list" libfdt-dev -- ./try.sh
	refused "no apt here" "$list" libfdt-dev -- as_somebody "cd ~/xendtc && tests/run.sh quick"
	refused "no apt here" "$list" python3-pytest clang qemu-system-arm -- tests/run.sh
	mv /usr/bin/apt-get.away /usr/bin/apt-get
	say "lists of what is missing: no root, no network, no apt"
}

step_try() {
	./try.sh
	[ -s build/example/boot2.scr ] && [ -s build/example/manifest.json ]
	say "try.sh: $(grep -c . ~/.cache/xendtc/inputs/own/VERSIONS 2>/dev/null || echo 0) files fetched, \
gcc $(cc -dumpfullversion), meson $(meson --version), $(dtc --version | sed 's/Version: //'), \
python $(python3 -c 'import platform; print(platform.python_version())')"
}

# meson finds scdoc when it comes later.
step_scdoc() {
	apt-get -q -q -y remove scdoc >/dev/null
	rm -rf build-late
	meson setup build-late -Dwerror=false >/dev/null
	! grep scdoc build-late/build.ninja || die "scdoc without scdoc"
	tools/setup.sh build
	command -v scdoc >/dev/null
	meson setup --reconfigure build-late >/dev/null
	ninja -C build-late xendtc.1 xendtc.yaml.5 xendtc-board.5 >/dev/null
	[ -s build-late/xendtc.yaml.5 ]
	say "scdoc came later, and the man pages with it"
}

step_quick() {
	local said
	tests/run.sh quick | tee /tmp/quick
	said=$(tail -n 1 /tmp/quick)
	[[ $said == *", 0 failed"* ]] || die "$said"
	say "tests/run.sh quick: $said"
}

# Both compilers, at another optimisation than the tests have, with -Werror (meson.build's default).
step_compilers() {
	local compiler folder
	tools/setup.sh build
	get clang
	for compiler in "${CC:-cc}" clang; do
		folder=/tmp/with-$compiler
		CC=$compiler meson setup --buildtype=release "$folder" >/dev/null
		ninja -C "$folder" xendtc >/tmp/log || { tail -n 40 /tmp/log; die "$compiler warns"; }
	done
	say "no warning: gcc $(cc -dumpfullversion), clang $(clang -dumpversion)"
}

# One file in a root without anything else: no library, no folder of devices, no /proc.
step_static() {
	local root=/tmp/empty
	with_ccache
	rm -rf build-static
	tools/static.sh
	rm -rf $root && mkdir $root
	cp build-static/xendtc $root/
	cp boards/rpi4/examples/dom0-and-guest.yaml $root/system.yaml
	python3 tests/fixtures/make.py $root xen Image bcm2711-rpi-4-b.dtb initrd.cpio.gz
	chroot $root /xendtc --version
	chroot $root /xendtc boards | grep '^rpi4 '
	chroot $root /xendtc check --no-files system.yaml
	chroot $root /xendtc --stage -o out system.yaml
	[ -s $root/out/boot2.scr ]
	build/xendtc --stage --files $root -o /tmp/out $root/system.yaml
	cmp $root/out/boot2.scr /tmp/out/boot2.scr
	cmp $root/out/bcm2711-rpi-4-b.dtb /tmp/out/bcm2711-rpi-4-b.dtb
	chroot $root /xendtc explain E0401 >/dev/null
	chroot $root /xendtc schema >/dev/null
	chroot $root /xendtc map --html map.html system.yaml >/dev/null
	[ -s $root/map.html ]
	say "$(stat -c %s $root/xendtc) bytes, alone in a root"
}

# Into a folder, into the system, and out again; and an archive for distributions.
step_install() {
	local before=/tmp/before after=/tmp/after archive
	with_ccache
	a_copy /tmp/to-install
	cd /tmp/to-install
	meson setup build --buildtype=release -Dwerror=false >/dev/null
	ninja -C build xendtc xendtc.1 xendtc.yaml.5 xendtc-board.5 >/dev/null
	DESTDIR=/tmp/destdir meson install -C build >/dev/null
	[ -x /tmp/destdir/usr/local/bin/xendtc ]
	[ ! -e /usr/local/bin/xendtc ]
	find /usr/local | sort >$before
	meson install -C build >/dev/null
	cd /
	xendtc boards | grep '^rpi4 '
	[ -s /usr/local/share/man/man5/xendtc.yaml.5 ]
	cd /tmp/to-install
	diff <(cd /tmp/destdir/usr/local && find . -type f | sort) \
		<(cd /usr/local && find . -type f ! -name gcc ! -path './lib/python*' | sort)
	ninja -C build uninstall >/dev/null
	find /usr/local ! -type d | sort >$after
	diff <(find /usr/local ! -type d | sort) <(comm -12 $before $after)
	rm -rf /tmp/destdir
	meson dist -C build --no-tests >/dev/null
	archive=$(echo build/meson-dist/xendtc-*.tar.xz)
	rm -rf /tmp/dist && mkdir /tmp/dist
	tar -xf "$archive" -C /tmp/dist --strip-components 1
	/tmp/dist/tools/version.sh | grep "^$version"
	diff <(git ls-files | sort) <(cd /tmp/dist && find . ! -type d | sed 's,^\./,,' | sort)
	say "installed into DESTDIR and /usr/local, uninstalled, ${archive##*/}"
}

# The version as it will be once the tag is there: in a clone, in a forge's archive without git and in that
# of meson dist, whose packages are of that version, too.
step_release() {
	local folder
	with_ccache
	a_copy /tmp/tagged
	git -C /tmp/tagged -c user.name=t -c user.email=t@t tag -a -m "$version" "v$version"
	(cd /tmp/tagged && git archive --prefix="xendtc-$version/" "v$version") | tar -x -C /tmp
	for folder in /tmp/tagged "/tmp/xendtc-$version"; do
		meson setup --buildtype=release -Dwerror=false "$folder/build" "$folder" >/dev/null
		ninja -C "$folder/build" xendtc >/dev/null
		[ "$("$folder/build/xendtc" --version)" = "xendtc $version" ] ||
			die "$folder: $("$folder/build/xendtc" --version)"
	done
	meson dist -C /tmp/tagged/build --no-tests >/dev/null
	rm -rf /tmp/dist && mkdir /tmp/dist
	tar -xf "/tmp/tagged/build/meson-dist/xendtc-$version.tar.xz" -C /tmp/dist --strip-components 1
	[ "$(/tmp/dist/tools/version.sh)" = "$version" ]
	head -n 1 /tmp/dist/debian/changelog | grep -F "xendtc ($version) "
	say "tag v$version and its archives: $(/tmp/tagged/build/xendtc --version)"
}

# What CI servers and build systems do; tests/test_integrations.py runs the steps of the GitHub
# action and the GitLab job, the builds of a checkout included.
step_pipelines() {
	local said
	with_ccache
	tools/setup.sh quick
	get shellcheck python3-kconfiglib make
	XENDTC_SLOW=1 /usr/bin/python3 -m pytest -q tests/test_integrations.py | tee /tmp/pipelines
	said=$(tail -n 1 /tmp/pipelines)
	[[ $said == *", 0 failed"* ]] || die "$said"
	shellcheck -S warning try.sh tools/*.sh tests/*.sh tests/chroots/*.sh integrations/*.sh .ci/run
	say "integrations: $said; shellcheck is silent"
}

# Bytes of machine code that look like a misspelt word; and the policy of Debian 12, whose lintian would
# not know a newer one.
no_fault='spelling-error-in-binary WtH With|out-of-date-standards-version 4\.6\.2 '

# README's commands, and the same once more as somebody else, elsewhere, in another way.
step_package() {
	local tags
	apt-get -q -q update
	get git ca-certificates
	a_copy /root/one/xendtc
	cd /root/one/xendtc
	apt-get -q -q -y build-dep . >/dev/null
	TZ=Asia/Tokyo LC_ALL=C DEB_BUILD_OPTIONS=parallel=2 dpkg-buildpackage -us -uc >/tmp/log 2>&1 ||
		{ tail -n 40 /tmp/log; die "dpkg-buildpackage"; }
	! grep -n 'warning:' /tmp/log || die "warnings"
	id somebody >/dev/null 2>&1 || useradd -m somebody
	su somebody -c "mkdir -p ~/a/longer/path"
	a_copy "/home/somebody/a/longer/path/of-the-source"
	chown -R somebody: /home/somebody
	sleep 2
	as_somebody "cd ~/a/longer/path/of-the-source && umask 027 && TZ=America/Lima LC_ALL=C.UTF-8 \
		LANGUAGE=de CCACHE_DISABLE=1 DEB_BUILD_OPTIONS=parallel=1 dpkg-buildpackage -us -uc -b" \
		>/tmp/log2 2>&1 || { tail -n 40 /tmp/log2; die "dpkg-buildpackage elsewhere"; }
	for deb in /root/one/*.deb; do
		cmp "$deb" "/home/somebody/a/longer/path/${deb##*/}"
	done
	cp /root/one/*.deb /shared/
	get lintian
	tags=$(lintian --allow-root --display-info --pedantic --display-experimental \
		/root/one/xendtc_*.changes | grep -v -E "$no_fault" || true)
	[ -z "$tags" ] || { echo "$tags"; die "lintian: $(grep -c '^[A-Z]:' <<<"$tags") tags"; }
	say "the same bytes twice, no tag of lintian $(dpkg-query -W -f '${Version}' lintian)"
}

step_autopkgtest() {
	get autopkgtest
	cd /root/one/xendtc
	rm -rf /tmp/adt
	autopkgtest --output-dir /tmp/adt /root/one/xendtc_*.deb . -- null >/tmp/log 2>&1 ||
		{ tail -n 60 /tmp/log; die "autopkgtest"; }
	cat /tmp/adt/summary
	say "autopkgtest: $(xargs </tmp/adt/summary)"
}

# The package alone, in a system that has not seen a compiler.
step_installed() {
	[ "$system" != ubuntu-24.04 ] || rm -f /usr/local/bin/gcc
	apt-get -q -q update
	apt-get -q -y install /shared/xendtc_*.deb
	cd /
	[ "$(xendtc --version)" = "xendtc $version" ] || die "$(xendtc --version)"
	xendtc boards | grep '^rpi4 '
	xendtc check --no-files /usr/share/xendtc/boards/rpi4/examples/dom0-and-guest.yaml
	say "apt install ./xendtc_*.deb: $(dpkg-query -W -f '${Version}, ${Installed-Size} KiB' xendtc)"
}

# What mandoc says of every page that scdoc makes, and no source could change.
of_scdoc='skipping paragraph macro: PP (empty|after SH)|input text line longer than 80 bytes'
of_scdoc+='|lower case character in document title'

# As they look: no line beyond 80 columns, nothing that groff or mandoc has to say.
step_pages() {
	local page said wide
	rm -f /etc/dpkg/dpkg.cfg.d/excludes
	get man-db groff mandoc bsdextrautils
	apt-get -q -q -y install --reinstall /shared/xendtc_*.deb >/dev/null
	for page in xendtc.1 xendtc.yaml.5 xendtc-board.5; do
		zcat "/usr/share/man/man${page##*.}/$page.gz" >"/tmp/$page"
		said=$(GROFF_NO_SGR=1 MANROFFSEQ='' MANWIDTH=80 /usr/bin/man --warnings=w -Tutf8 -l \
			"/tmp/$page" 2>&1 >"/tmp/$page.text")
		[ -z "$said" ] || { echo "$said"; die "groff has to say something of $page"; }
		wide=$(col -bx <"/tmp/$page.text" | awk 'length($0) > 80' | head -n 5)
		[ -z "$wide" ] || { echo "$wide"; die "$page is wider than 80 columns"; }
		said=$(mandoc -Tlint -W style "/tmp/$page" | grep -v -E "$of_scdoc" || true)
		[ -z "$said" ] || { echo "$said" | head -n 20; die "mandoc has to say something of $page"; }
		/usr/bin/man -f "${page%.*}" || true
	done
	say "man pages at 80 columns: groff and mandoc are silent"
}

# on_screen ARGUMENT...: tmux, each time a server of its own.
terminal=0
on_screen() {
	tmux -L "typed$terminal" -f /dev/null "$@"
}

# typed SHELL LINE WANTED: a terminal of 100 columns on which somebody types the line, with \t for
# the TAB key; what stands there then.
typed() {
	local shell=$1 line=$2 wanted=$3 screen=''
	terminal=$((terminal + 1))
	on_screen new-session -d -x 100 -y 30 "cd /tmp/place && exec $shell"
	# A prompt is there, and whatever the shell still loads.
	for _ in {1..40}; do
		sleep 0.5
		[ -z "$(on_screen capture-pane -p | tr -d '[:space:]')" ] || break
	done
	sleep 1
	on_screen send-keys -l -- "${line%%\\t*}"
	on_screen send-keys Tab
	on_screen send-keys -l -- "${line#*\\t}"
	for _ in {1..20}; do
		sleep 0.5
		screen=$(on_screen capture-pane -p -J)
		if [[ $screen == *"$wanted"* ]]; then
			echo "$shell: $wanted"
			on_screen kill-server
			return
		fi
	done
	echo "$screen"
	die "$shell: no '$wanted' after '$line'"
}

# In the shells that people have, as their packages set them up.
step_shells() {
	local shell
	get tmux bash-completion zsh fish
	mkdir -p "/tmp/place/a folder"
	: >/tmp/place/system.yaml
	: >/tmp/place/system.txt
	cp /etc/skel/.bashrc ~/.bashrc
	echo 'autoload -Uz compinit && compinit -u' >~/.zshrc
	for shell in bash zsh fish; do
		typed $shell 'xendtc chec\t' 'xendtc check '
		typed $shell 'xendtc check sys\t--no-files' 'xendtc check system.yaml --no-files'
		typed $shell 'xendtc check --no-fi\t' 'xendtc check --no-files'
		typed $shell 'xendtc check --format sar\t' 'xendtc check --format sarif'
		typed $shell 'xendtc import --board rp\t' 'xendtc import --board rpi4'
		typed $shell 'xendtc -o a\t' 'xendtc -o a\ folder/'
		typed $shell 'xendtc explain static-mem\t' 'xendtc explain static-memory'
	done
	say "typed in bash $(bash -c 'echo ${BASH_VERSION%%(*}'), zsh $(zsh -c 'echo $ZSH_VERSION'), \
fish $(fish -c 'echo $version')"
}

step_purged() {
	local left
	apt-get -q -q -y purge xendtc >/dev/null
	left=$(find / -xdev \( -path /shared -o -path /root/xendtc -o -path /tmp -o -path /var/cache/apt \) \
		-prune -o -iname '*xendtc*' -print)
	[ -z "$left" ] || die "left: $left"
	say "purged: nothing left"
}

GOOD='board: rpi4
memory: 4G
xen: {image: xen, cmdline: console=dtuart dtuart=serial1}
dom0: {kernel: Image, memory: 512M, cmdline: console=hvc0 root=/dev/mmcblk0p2}'

# a_repository FOLDER HOOK...: descriptions, and YAML of somebody else.
a_repository() {
	local folder=$1
	shift
	rm -rf "$folder"
	in_git "$folder"
	mkdir "$folder/boards"
	echo "$GOOD" >"$folder/system.yaml"
	printf '# xendtc\n%s\n' "$GOOD" >"$folder/boards/lab.yaml"
	printf '# yaml-language-server: $schema=schemas/system.schema.json\n%s\n' "$GOOD" \
		>"$folder/boards/other.yml"
	printf -- '- hosts: all\n  tasks: []\n' >"$folder/system-upgrade.yaml"
	{
		printf 'repos:\n- repo: /root/xendtc\n  rev: %s\n  hooks:\n' "$(git -C /root/xendtc rev-parse HEAD)"
		printf -- '  - id: %s\n' "$@"
	} >"$folder/.pre-commit-config.yaml"
	git -C "$folder" add .
}

# try_hook FOLDER: good files are taken, and each of the bad ones is refused; that of others is none.
try_hook() {
	local name
	cd "$1"
	git commit -q -m good
	for name in system.yaml boards/lab.yaml boards/other.yml; do
		# Nothing but its first line says that this is a description.
		sed -i '/^board:/d; s/memory: 4G/memory: 4/' $name
		[ $name != system.yaml ] || sed -i '1i board: rpi4' $name
		git add $name
		refused "$name:" "error[" -- git commit -m bad
		git checkout -q HEAD $name
	done
	printf -- '- hosts: all\n  xen: {}\n' >system-upgrade.yaml
	git add system-upgrade.yaml
	git commit -q -m other
}

step_hooks() {
	get pre-commit git
	apt-get -q -q -y install /shared/xendtc_*.deb >/dev/null
	git config --global --add safe.directory '*'
	a_repository /tmp/repository xendtc-check
	cd /tmp/repository
	pre-commit install
	try_hook /tmp/repository
	a_repository /tmp/mended xendtc-fix
	cd /tmp/mended
	pre-commit install
	git commit -q -m good
	sed -i 's/cmdline: console=hvc0/cmd-line: console=hvc0/; s/memory: 4G/memory: 8G/' system.yaml
	git add system.yaml
	refused xendtc -- git commit -m bad
	git add system.yaml
	git commit -q -m mended
	grep 'cmdline: console=hvc0' system.yaml
	say "xendtc-check and xendtc-fix with pre-commit $(pre-commit --version | awk '{ print $2 }')"
}

# with_podman: containers where there is neither systemd nor a registry: layers are copies, a container has this
# network, the limits that are in force and no group of its own, and the image that Dockerfile begins with is made
# here and not fetched.
with_podman() {
	local site files processes
	get podman podman-docker crun mmdebstrap
	# crun takes no groups of both versions side by side; they are unmounted in this step's own namespace.
	! mountpoint -q /sys/fs/cgroup/unified || umount -l /sys/fs/cgroup/unified
	export PODMAN_IGNORE_CGROUPSV1_WARNING=1
	files=$(ulimit -Hn) processes=$(ulimit -Hu)
	touch /etc/containers/nodocker
	cat >/etc/containers/storage.conf <<-END
		[storage]
		driver = "vfs"
		runroot = "/run/containers"
		graphroot = "/var/lib/containers"
	END
	cat >/etc/containers/containers.conf <<-END
		[containers]
		cgroups = "disabled"
		netns = "host"
		default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
		runtime = "crun"
	END
	echo 'unqualified-search-registries = ["docker.io"]' >/etc/containers/registries.conf
	# shellcheck source=tools/private-apt.sh
	site=$(. tools/private-apt.sh && main_site)
	podman image exists docker.io/library/debian:trixie-slim ||
		mmdebstrap --quiet --variant=minbase trixie - "$site" |
		podman import - docker.io/library/debian:trixie-slim
}

# The hook that needs Docker and nothing else: the first run makes the image, the next has no network.
step_docker() {
	[ "$system" != ubuntu-24.04 ] || skip "tried on both Debians"
	get pre-commit git ca-certificates
	with_podman
	a_repository /tmp/with-docker xendtc-check-docker
	cd /tmp/with-docker
	pre-commit install
	pre-commit run --all-files
	! command -v xendtc || die "a xendtc is installed: which one did that?"
	unshare --net "$0" offline "$system"
	say "xendtc-check-docker: pre-commit $(pre-commit --version | awk '{ print $2 }'), \
podman $(podman --version | awk '{ print $3 }'), second run without a network"
}

step_offline() {
	! getent hosts deb.debian.org || die "there is a network"
	try_hook /tmp/with-docker
}

# One system over TFTP, one from a card, a Pi; with QEMU, U-Boot and Xen that tools/ fetch.
step_boots() {
	local said
	[ "$system" != ubuntu-24.04 ] ||
		skip "Ubuntu 24.04 has QEMU 8.2, without a Raspberry Pi 4, and no Xen for arm64"
	tools/setup.sh test
	tools/inputs.sh test
	meson setup build >/dev/null 2>&1 || true
	ninja -C build xendtc >/dev/null
	XENDTC=$PWD/build/xendtc /usr/bin/python3 -m pytest -q tests/boot/test_boot.py \
		-k "test_tftp or test_virt_card or test_rpi4_card or test_uefi" | tee /tmp/boots
	said=$(tail -n 1 /tmp/boots)
	[[ $said == *", 0 failed"* ]] || die "$said"
	say "boots: $said, $(qemu-system-aarch64 --version | sed -n '1s/.*version \([0-9.]*\).*/QEMU \1/p')"
}

# README's two commands, as a newcomer types them: all that there is, where nothing was installed.
step_whole() {
	local said
	[ "$system" != ubuntu-24.04 ] || skip "see quick: Ubuntu 24.04 has no QEMU with a Raspberry Pi 4"
	./try.sh
	tests/run.sh | tee /tmp/whole
	said=$(tail -n 1 /tmp/whole)
	[[ $said == *", 0 failed"* ]] || die "$said"
	say "try.sh, tests/run.sh: $said"
}

# cross ARCH TRIPLE CPU ENDIAN: builds for another machine; prints the folder.
cross() {
	local arch=$1 triple=$2 folder=/tmp/build-$1
	dpkg --add-architecture "$arch"
	get "gcc-$triple" "libc6-dev:$arch" "libyaml-dev:$arch" "libfdt-dev:$arch" "zlib1g-dev:$arch" \
		"libjansson-dev:$arch" "nettle-dev:$arch"
	cat >"/tmp/$arch.ini" <<-END
		[binaries]
		c = '$triple-gcc'
		ar = '$triple-ar'
		strip = '$triple-strip'
		pkg-config = 'pkg-config'
		pkgconfig = 'pkg-config'
		[built-in options]
		pkg_config_path = '/usr/lib/$triple/pkgconfig'
		[host_machine]
		system = 'linux'
		cpu_family = '$3'
		cpu = '$3'
		endian = '$4'
	END
	sed -i "s,/i686-linux-gnu/pkgconfig,/i386-linux-gnu/pkgconfig," "/tmp/$arch.ini"
	[ -f "$folder/build.ninja" ] || meson setup -Dman=disabled --cross-file "/tmp/$arch.ini" "$folder"
	ninja -C "$folder" xendtc
}

# A machine of 32 bits: all quick tests but those that put a library of this machine under xendtc.
step_small() {
	local said
	[ "$system" = debian-13 ] || skip "tried on Debian 13"
	tools/setup.sh quick
	cross i386 i686-linux-gnu x86 little
	XENDTC=/tmp/build-i386/xendtc /usr/bin/python3 -m pytest -q -n 2 tests \
		--ignore tests/test_faults.py | tee /tmp/small || true
	said=$(tail -n 1 /tmp/small)
	[[ $said == *", 0 failed"* ]] || die "i386: $said"
	say "i386: $said"
}

# A machine with the highest byte first, by QEMU: what writes and reads trees, scripts and images.
step_big() {
	local said
	[ "$system" = debian-12 ] || skip "tried on Debian 12"
	tools/setup.sh quick
	cross s390x s390x-linux-gnu s390x big
	get qemu-user
	printf '#!/bin/sh\nexec qemu-s390x /tmp/build-s390x/xendtc "$@"\n' >/tmp/big
	chmod 755 /tmp/big
	XENDTC=/tmp/big /usr/bin/python3 -m pytest -q -n 2 tests/test_cases.py \
		tests/test_errors.py tests/test_import.py tests/test_import_tree.py | tee /tmp/big.log || true
	said=$(tail -n 1 /tmp/big.log)
	[[ $said == *", 0 failed"* ]] || die "s390x: $said"
	say "s390x: $said"
}

"step_$step"
