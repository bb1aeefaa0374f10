# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Gives setup.sh and inputs.sh an apt with a configuration of its own: /etc/apt is not touched.
#
# The mirror is the one the machine itself uses; only suites and architectures differ.

apt_conf=
xendtc_cache=${XDG_CACHE_HOME:-$HOME/.cache}/xendtc
debian_keys=/usr/share/keyrings/debian-archive-keyring.gpg

say() {
	printf '%s: %s\n' "${0##*/}" "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

has_program() {
	local program
	for program; do
		command -v "$program" >/dev/null || return 1
	done
}

# machine_release: "debian-bookworm", "ubuntu-noble" and their like.
machine_release() {
	# shellcheck source=/dev/null
	(. /etc/os-release 2>/dev/null && echo "${ID:-unknown}-${VERSION_CODENAME:-unknown}") ||
		echo unknown-unknown
}

is_debian() {
	[[ $(machine_release) == debian-* ]]
}

# machine_codename: the Debian release this machine runs, for example "bookworm".
machine_codename() {
	is_debian || die "this machine is not Debian"
	local release
	release=$(machine_release)
	echo "${release#debian-}"
}

# machine_sites: one "SITE SUITE" line for each Debian suite the machine is configured with.
# Without downloaded lists apt does not know a source's origin, so ask a second time without it.
machine_sites() {
	local lines
	# shellcheck disable=SC2016 # $(…) is apt's own syntax here
	lines=$(apt-get indextargets --format '$(SITE) $(RELEASE)' \
		'Created-By: Packages' 'Component: main' 'Origin: Debian')
	if [ -z "$lines" ]; then
		# shellcheck disable=SC2016
		lines=$(apt-get indextargets --no-release-info --format '$(SITE) $(RELEASE)' \
			'Created-By: Packages' 'Component: main')
	fi
	printf '%s\n' "$lines" | sort -u
}

# main_site: where the machine gets its own release from; other suites live beside it.
main_site() {
	local site codename
	codename=$(machine_codename)
	site=$(machine_sites | awk -v s="$codename" '$2 == s { print $1; exit }')
	[ -n "$site" ] || die "no source for $codename main in this machine's apt configuration"
	echo "$site"
}

# private_apt NAME ARCH STATUS SUITE...: make a configuration and set apt_conf to its file.
# ARCH is "source" for source packages.
# A SUITE is a name, or SITE=NAME where it comes from somewhere else than main_site.
# STATUS is the dpkg database to look at: the machine's own to install, an empty one to download.
private_apt() {
	has_program apt-get dpkg ||
		die "wants apt and dpkg, for files come out of packages of Debian: on another system, run this in a container of Debian"
	local dir=$xendtc_cache/apt/$1 arch=$2 status=$3 suite site type="deb [arch=$2 "
	shift 3
	[ "$arch" != source ] || { type="deb-src [" arch=$(dpkg --print-architecture); }
	mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/none"
	[ "$status" != none ] || { status=$dir/status && : >"$status"; }
	for suite; do
		case $suite in
		*=*) site=${suite%=*} ;;
		*) site=$(main_site) ;;
		esac
		echo "${type}signed-by=$debian_keys] $site ${suite##*=} main"
	done | awk '!seen[$0]++' >"$dir/sources.new"
	# Kept when it says the same, so that private_update sees whether it is newer than the lists.
	cmp -s "$dir/sources.new" "$dir/sources.list" || mv "$dir/sources.new" "$dir/sources.list"
	cat >"$dir/apt.conf" <<-CONF
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "$dir/none";
		Dir::State::Lists "$dir/lists";
		Dir::State::Status "$status";
		Dir::Cache::Archives "$dir/archives";
		Dir::Cache::PkgCache "";
		Dir::Cache::SrcPkgCache "";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Retries "3";
		APT::Update::Error-Mode "any";
	CONF
	apt_conf=$dir/apt.conf
}

# private_update: read the lists of the configuration in apt_conf, unless that was done hours ago.
# A mirror that is being synchronised has lists that do not match for a while; without a network there
# are none, and nothing to wait for. apt calls both a success unless Error-Mode is "any", and lists that
# were not read would pass for fresh ones.
private_update() {
	local dir=${apt_conf%/*} pause
	if [ -n "$(find "$dir/fresh" -mmin -720 -newer "$dir/sources.list" 2>/dev/null)" ]; then
		return
	fi
	say "reading package lists: $(awk '{ print $5 }' "$dir/sources.list" | xargs) (${dir##*/})"
	for pause in 10 60 0; do
		if apt-get -q -q -c "$apt_conf" update; then
			break
		elif [ "$pause" = 0 ] || ! compgen -G "$dir/lists/*Release" >/dev/null; then
			return 1
		fi
		sleep "$pause"
	done
	touch "$dir/fresh"
}
