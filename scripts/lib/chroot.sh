# Chroots of other Debian releases, for the PostgreSQL versions that this machine's release does not ship.
# Sourced by bash behind common.sh.
#
# A chroot is made by debootstrap with nothing but the base system, so what runs in it also shows that our scripts
# install what they need.  It stays in $cache for the next run; one of Debian testing, which moves, is made anew after a
# month, unless somebody works in it.  Commands run in it as root, in a mount and process namespace of their own: the
# mounts vanish and whatever was started ends with the command.

# The Debian release whose PostgreSQL is of this version.  No release has 16.
chroot_release() {
	case $1 in
		15) echo bookworm ;;
		17) echo trixie ;;
		18) echo testing ;;
		*) return 1 ;;
	esac
}

# Why there can be no chroot of this version here; nothing where there can.
chroot_obstacle() {
	if ! chroot_release "$1" >/dev/null; then
		echo "no Debian release has PostgreSQL $1"
	elif ! command -v apt-get >/dev/null; then
		echo "chroots are made on Debian and Ubuntu only"
	elif [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		echo "a chroot needs root, and there is no sudo"
	elif ! as_root unshare --mount --pid --fork true 2>/dev/null; then
		echo "no mount and process namespaces can be made here, which a chroot needs"
	fi
}

# chroot_lock VERSION: where who works in a chroot holds a shared lock, and who makes it an exclusive one.
chroot_lock() {
	as_root mkdir -p "$cache"
	[ -e "$cache/chroot-$1.lock" ] || as_root touch "$cache/chroot-$1.lock"
	printf '%s\n' "$cache/chroot-$1.lock"
}

# chroot_path VERSION: makes the chroot if there is none, and prints where it is.
chroot_path() {
	local version=$1 path=$cache/chroot-$1 suite lock
	suite=$(chroot_release "$version") || die "no Debian release has PostgreSQL $version"
	lock=$(chroot_lock "$version")
	if [ ! -d "$path" ]; then
		exec {lock}<"$lock"
		flock "$lock" || die "could not lock $path"
		[ -d "$path" ] || make_chroot "$suite" "$path" || die "there is no chroot for PostgreSQL $version"
		exec {lock}<&-
	elif [ "$suite" = testing ] && [ -n "$(find "$path" -maxdepth 0 -mtime +30)" ]; then
		exec {lock}<"$lock"
		if flock --nonblock "$lock"; then make_chroot "$suite" "$path" || say "The old one still serves"; fi
		exec {lock}<&-
	fi
	printf '%s\n' "$path"
}

# make_chroot SUITE PATH: the new one takes the place of an old one when it is complete.
make_chroot() {
	local suite=$1 path=$2 mirror log
	need_packages debootstrap debian-archive-keyring
	say "Making a chroot of Debian $suite in $path ..."
	# the archive that this machine itself installs from, where it is Debian's
	mirror=$(package_archives | awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }')
	log=$(mktemp)
	as_root rm -rf "$path.new"
	if ! as_root env LC_ALL=C debootstrap --force-check-gpg --variant=minbase "$suite" "$path.new" $mirror >"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		as_root rm -rf "$path.new"
		return 1
	fi
	rm -f "$log"
	as_root touch "$path.new"
	as_root rm -rf "$path"
	as_root mv "$path.new" "$path"
} >&2

# in_chroot VERSION COMMAND...: the project is at /salesops there, read-only; the data of the tests, where it is, at
# /salesops-data; and the folder named by chroot_share, if it is set, at /salesops-share.
in_chroot() {
	local version=$1 path lock
	shift
	path=$(chroot_path "$version") || return 1
	lock=$(chroot_lock "$version")
	as_root flock --shared "$lock" unshare --mount --pid --fork --kill-child bash -euc '
		path=$1 root=$2 data=$3 share=$4
		shift 4
		bind() { mkdir -p "$path$2"; mount --bind "$1" "$path$2"; if [ "$3" = ro ]; then mount -o remount,bind,ro "$path$2"; fi; }
		mount --make-rprivate /
		mount -t proc proc "$path/proc"
		for device in null zero full random urandom; do touch "$path/dev/$device"; mount --bind "/dev/$device" "$path/dev/$device"; done
		mkdir -p "$path/dev/shm"
		mount -t tmpfs -o mode=1777 tmpfs "$path/dev/shm"
		mount -t tmpfs -o mode=1777 tmpfs "$path/tmp"
		bind "$root" /salesops ro
		if [ -d "$data" ]; then bind "$data" /salesops-data ro; fi
		if [ -n "$share" ]; then bind "$share" /salesops-share rw; fi
		cp /etc/resolv.conf /etc/hosts "$path/etc/"
		exec chroot "$path" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			SALESOPS_DATA=/salesops-data CI="${CI:-}" "$@"
	' bash "$path" "$root" "${SALESOPS_DATA:-$root/../shared/data}" "${chroot_share:-}" "$@"
}
