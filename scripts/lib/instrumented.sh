# PostgreSQL built from the distribution's source, with instruments: sourced by bash after common.sh.
#
#   instrumented_server asan       AddressSanitizer in the whole server, which also watches its memory contexts; clang
#   instrumented_server valgrind   a server that tells valgrind what its memory contexts do; gcc
#
# sets $pg_config, the pg_config of that server, and $major, its version.  The source is the distribution's own, of the
# same major version as the server that the other tests use; the newest one that can be had, which may be a minor version
# behind the packages.  The distribution's patches are left out: they are about where files live.  Built once (minutes)
# and kept: <cache>/<kind>-<version>-<hash of the function that builds it and the files it uses>.
#
# An extension is built for it as for any other server, `make PG_CONFIG=$pg_config`: compiler, flags and paths come with
# the pg_config.  The prefix has all that the tests need: pg_regress, the Perl modules, and postgres_fdw.

# The flags by which the extension itself is compiled for the asan server, beyond the server's own: every undefined
# behaviour ends the process.  Unlike the server, the extension does not rely on -fwrapv.
instrumented_copt_asan='-fno-wrapv -fsanitize=undefined,float-cast-overflow -fno-sanitize-recover=all'

# instrumented_source MAJOR FOLDER: downloads the source into the folder, as the distribution's archives sign for it.
# The suite with security fixes is the first choice; not every mirror has its newest source.
instrumented_source() {
	local package=postgresql-$1 folder=$2 state target options
	state=$(mktemp -d)
	mkdir -p "$state/lists/partial" "$state/archives/partial"
	options=(-o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$state/lists"
		-o "Dir::Cache=$state" -o APT::Sandbox::User=root)
	while read -r target; do
		printf 'deb-src %s\n' "$target" >"$state/sources.list"
		if apt-get "${options[@]}" -qq update && (cd "$state" && apt-get "${options[@]}" -qq source --download-only --tar-only "$package"); then
			# only what arrived whole
			mv "$state/${package}_"*.orig.tar.* "$folder/"
			break
		fi
	done >"$state/log" 2>&1 < <(package_archives |
		awk '{ print ($3 !~ /-security$/), NR, $2, $3, $4 }' | sort -k1,1n -k2,2n | cut -d' ' -f3- | uniq)
	if ! compgen -G "$folder/${package}_*.orig.tar.*" >/dev/null; then
		cat "$state/log" >&2
		rm -rf "$state"
		die "found no source of $package"
	fi
	rm -rf "$state"
}

# instrumented_build KIND SOURCE PREFIX: configures, builds and installs.
instrumented_build() {
	local kind=$1 source=$2 prefix=$3 build options=(--without-readline --without-icu --enable-debug --enable-tap-tests)
	build=$(mktemp -d)
	trap "rm -rf '$build'" EXIT
	case $kind in
		asan)
			# assertions: only with them do the allocators mark all that they free
			mkdir -p "$prefix/include" "$prefix/lib"
			cp -r "$root/test/asan/include" "$prefix/include/asan"
			clang -O1 -c "$root/test/asan/options.c" -o "$prefix/lib/sanitizer_options.o"
			options+=(--enable-cassert CC=clang "CPPFLAGS=-DUSE_VALGRIND -I$prefix/include/asan"
				'CFLAGS=-O1 -g -fno-omit-frame-pointer -fsanitize=address' "LDFLAGS_EX=$prefix/lib/sanitizer_options.o") ;;
		valgrind)
			# without assertions, which cost much time under valgrind and are checked by the other server
			options+=(CC=gcc CPPFLAGS=-DUSE_VALGRIND 'CFLAGS=-Og -g -fno-omit-frame-pointer') ;;
	esac
	tar -C "$build" --strip-components=1 -xf "$source"
	cd "$build"
	./configure -q --prefix="$prefix" "${options[@]}"
	make -s -j"$(nproc)" -C src all
	make -s -j"$(nproc)" -C contrib/postgres_fdw all
	make -s -C src install
	make -s -C contrib/postgres_fdw install
	cp src/tools/valgrind.supp "$prefix/lib/"
}

# instrumented_make KIND: source, build, and the mark that it is complete.  Sets the caller's $prefix.
instrumented_make() {
	local kind=$1 source version log
	say "Building PostgreSQL $major for $kind: some minutes, once"
	compgen -G "$cache/source/postgresql-${major}_*.orig.tar.*" >/dev/null || instrumented_source "$major" "$cache/source"
	source=$(compgen -G "$cache/source/postgresql-${major}_*.orig.tar.*" | sort -V | tail -n 1)
	version=${source##*_}
	prefix=$cache/$kind-${version%%.orig*}-$(instrumented_recipe)
	as_root rm -rf "$prefix"
	as_root install -d -m 755 -o "$(id -u)" "$prefix"
	log=$(mktemp)
	# a shell of its own, since `set -e` does not work in a command whose status is asked for
	if ! (umask 022 && exec bash -c 'set -euo pipefail; . "$1/scripts/lib/common.sh"; . "$1/scripts/lib/instrumented.sh"; instrumented_build "$2" "$3" "$4"' \
		bash "$root" "$kind" "$source" "$prefix") >"$log" 2>&1 </dev/null; then
		tail -n 50 "$log" >&2
		die "PostgreSQL for $kind could not be built (the whole log: $log)"
	fi
	rm -f "$log"
	: >"$prefix/complete"
}

# What is built where the sources are the same: a hash of the function that builds and of the files that it uses.
instrumented_recipe() {
	{ declare -f instrumented_build; cat "$root/test/asan/options.c" "$root"/test/asan/include/*/*.h; } | sha256sum | cut -c1-12
}

# instrumented_prefix KIND: where that server is, nothing where it is not built.  `complete` is written last, so that a
# build which was interrupted is not taken for a server.
instrumented_prefix() {
	{ compgen -G "$cache/$1-$major.*-$(instrumented_recipe)/complete" || true; } | sort -V | tail -n 1 | sed 's|/complete$||'
}

instrumented_server() {
	local kind=$1 prefix lock
	major=${SALESOPS_PG_VERSION:-$(default_version)}
	need_packages gcc make perl libipc-run-perl zlib1g-dev bison flex bzip2 xz-utils
	case $kind in
		asan) need_packages clang llvm libclang-rt-dev ;;
		valgrind) need_packages valgrind ;;
		*) die "there is no kind of server \"$kind\"" ;;
	esac
	prefix=$(instrumented_prefix "$kind")
	if [ -z "$prefix" ]; then
		[ -d "$cache/source" ] || as_root install -d -m 755 -o "$(id -u)" "$cache/source"
		exec {lock}<"$cache/source"
		flock "$lock" || die "could not lock $cache/source"
		# who held the lock may have built it
		prefix=$(instrumented_prefix "$kind")
		[ -n "$prefix" ] || instrumented_make "$kind"
		exec {lock}<&-
	fi
	pg_config=$prefix/bin/pg_config
}
