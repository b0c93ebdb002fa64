# Shared by scripts/demo, scripts/test, test/*/run and bench/run: packages, building, and throwaway clusters.
# Sourced by bash; the caller has `set -euo pipefail`.
#
# Nothing of the system's PostgreSQL is touched: the server's own files are copied into a temporary folder, the
# extension is installed there (PostgreSQL finds its files relative to its binaries), and clusters listen on a unix
# socket in that folder alone.  The folder is removed at the end unless `keep_work` is set; what takes long to make and serves
# again, chroots and servers with instruments, is kept in $cache.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=            # the temporary folder, once there is one
keep_work=       # not empty: leave it and the cluster
cache=${SALESOPS_CACHE:-/var/cache/salesops}

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Root as root, anyone else through sudo: for installing packages, and for making chroots and working in them.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "this needs root: $* (become root, or install sudo)"
	fi
}

# A PostgreSQL server refuses to run as root, so root runs it as the user postgres, which the packages make.
as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		# a folder that postgres cannot enter must not be the current one
		(cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$work" "$@")
	else
		"$@"
	fi
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# need_packages PACKAGE...: says which are missing and installs them.
need_packages() {
	local package missing=()
	for package in "$@"; do
		is_installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	# two suites that run at once install one after the other
	(
		flock 9 || die "could not lock the installation of packages"
		install_missing "${missing[@]}"
	) 9<"$root/scripts/lib/common.sh"
}

install_missing() {
	local missing=("$@")
	command -v apt-get >/dev/null || die "missing: ${missing[*]} (on Debian and Ubuntu they would be installed by apt-get)"
	say "Installing what is missing: ${missing[*]}"
	update_lists
	is_installed postgresql-common || install_packages postgresql-common
	(
		# the server's package must not make a cluster of its own on the user's machine
		setting=/etc/postgresql-common/createcluster.d/salesops.conf
		trap 'as_root rm -f "$setting"' EXIT
		trap 'exit 130' INT TERM
		as_root mkdir -p "${setting%/*}"
		printf 'create_main_cluster = false\n' | as_root tee "$setting" >/dev/null
		install_packages "${missing[@]}"
	)
}

update_lists() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null 2>&1 ||
		say "apt-get update failed; trying with the lists that are there"
}

# What this machine installs from: lines of origin, address, release and component.
package_archives() {
	local format='$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)'
	[ -n "$(apt-get indextargets --format "$format" 'Created-By: Packages' 2>/dev/null)" ] || update_lists
	apt-get indextargets --format "$format" 'Created-By: Packages'
}

# Installs what is not there, and leaves alone what is.
install_packages() {
	local log
	log=$(mktemp)
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=600 --no-install-recommends --no-upgrade \
		"$@" >"$log" 2>&1 </dev/null || {
		cat "$log" >&2
		rm -f "$log"
		die "apt-get could not install: $*"
	}
	rm -f "$log"
}

# The major version to work with: the newest one installed that salesops supports, else the one that the distribution ships.
default_version() {
	local version
	version=$(find /usr/lib/postgresql -maxdepth 3 -path '*/bin/postgres' 2>/dev/null |
		sed 's|^/usr/lib/postgresql/\([0-9]*\)/.*|\1|' | awk '$1 >= 15 && $1 <= 18' | sort -n | tail -n 1)
	if [ -z "$version" ]; then
		need_packages postgresql-common
		version=$(/usr/share/postgresql-common/supported-versions 2>/dev/null | tail -n 1)
	fi
	[ -n "$version" ] || die "found no PostgreSQL, and no version that the distribution ships"
	[ "$version" -ge 15 ] || die "the distribution ships PostgreSQL $version, and salesops needs 15 or later: install one"
	printf '%s\n' "$version"
}

make_work() {
	work=$(mktemp -d "${TMPDIR:-/tmp}/salesops.XXXXXX")
	chmod 755 "$work"
	trap 'finish $?' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

finish() {
	local data
	trap - EXIT
	if [ -n "$work" ] && [ -z "$keep_work" ]; then
		stop_cluster || true
		# and those that tests made, where the tests could not
		find "$work" -name postmaster.pid -printf '%h\n' | while read -r data; do as_postgres "$bin/pg_ctl" -D "$data" -m immediate -s stop 2>/dev/null || true; done
		rm -rf "$work"
	fi
	exit "$1"
}

# The pg_config of a version as its packages install it; SALESOPS_PG_CONFIG names that of another server of that version,
# such as one built from source with instruments.
pg_config_of() { printf '%s\n' "${SALESOPS_PG_CONFIG:-/usr/lib/postgresql/$1/bin/pg_config}"; }

# copy_tree FOLDER: the sources, without what was built from them here.
copy_tree() {
	mkdir -p "$1"
	tar -C "$root" --exclude=.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' --exclude='*.inc' --exclude='./salesops--*.sql' -cf - . |
		tar -C "$1" -xf -
}

# stage_server VERSION FOLDER: a private copy of that PostgreSQL below the folder.  Sets $pg_config and $bin, its programs.
stage_server() {
	local folder
	pg_config=$(pg_config_of "$1")
	[ -x "$pg_config" ] || die "there is no $pg_config"
	for folder in "$("$pg_config" --bindir)" "$("$pg_config" --pkglibdir)" "$("$pg_config" --sharedir)"; do
		mkdir -p "$2${folder%/*}"
		cp -r "$folder" "$2${folder%/*}/"
	done
	bin=$2$("$pg_config" --bindir)
}

# stage VERSION [make arguments]: builds in a copy and installs into a private copy of that PostgreSQL.
# Sets $build, the folder of the build, beside what stage_server sets.  SALESOPS_BUILT names a tree that is built already
# for that server, which is then installed as it is.
stage() {
	build=${SALESOPS_BUILT:-$work/build}
	stage_server "$1" "$work/stage"
	shift
	[ -n "${SALESOPS_BUILT:-}" ] || copy_tree "$build"
	make -C "$build" -j"$(nproc)" -s with_llvm=no PG_CONFIG="$pg_config" "$@" >"$work/build.log" 2>&1 ||
		{ cat "$work/build.log" >&2; die "the build failed"; }
	make -C "$build" -s with_llvm=no PG_CONFIG="$pg_config" install DESTDIR="$work/stage" "$@" >>"$work/build.log" 2>&1 ||
		{ cat "$work/build.log" >&2; die "the installation into $work/stage failed"; }
	if [ "$(id -u)" = 0 ]; then chown -R postgres: "$work"; fi
}

# Unsets whatever says where the user's own servers are.  A slow machine, or a server under valgrind, has time to start
# and stop.
forget_servers() {
	unset $(env | sed -n 's/^\(PG[A-Z_]*\)=.*/\1/p')
	export PGCTLTIMEOUT=300
}

# start_cluster [setting=value ...]: a cluster on a unix socket in $work.  Sets PGHOST, PGPORT, PGUSER.
start_cluster() {
	local setting options=()
	forget_servers
	as_postgres "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$work/initdb.log" 2>&1 ||
		{ cat "$work/initdb.log" >&2; die "initdb failed"; }
	mkdir -p "$work/socket"
	if [ "$(id -u)" = 0 ]; then chown postgres: "$work/socket"; fi
	# trust is for those who may open the socket: this user, and root
	for setting in listen_addresses= "unix_socket_directories=$work/socket" unix_socket_permissions=0700 fsync=off synchronous_commit=off \
		full_page_writes=off autovacuum=off log_min_messages=warning "$@"; do
		options+=(-c "$setting")
	done
	as_postgres "$bin/pg_ctl" -D "$work/data" -w -s -l "$work/server.log" -o "$(printf '%q ' "${options[@]}")" start ||
		{ cat "$work/server.log" >&2; die "the server did not start"; }
	export PGHOST=$work/socket PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
	export PATH=$bin:$PATH
	export PGTZ=UTC PGCLIENTENCODING=UTF8
}

stop_cluster() {
	[ -f "$work/data/postmaster.pid" ] || return 0
	as_postgres "$bin/pg_ctl" -D "$work/data" -m immediate -s stop
}
