# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What this project adds to an upstream tree: whole files, listed by
# list_overlay, and the patches named in a series file. After common.sh.

# shellcheck disable=SC2034,SC2154 # set for and by those who source it

use_series() {
	case $1 in
	linux)
		patches=$top/patches overlay_root=$top tested=$LINUX_TESTED
		overlay_dirs=(arch include mm) tree_mark=Kbuild
		;;
	qemu)
		patches=$top/qemu-s390x/patches overlay_root=$top/qemu-s390x tested=$QEMU_TESTED
		overlay_dirs=(.) tree_mark=VERSION
		;;
	*) die "unknown tree '$1': linux or qemu" ;;
	esac
}

tree_version() {
	if [ -f "$1/VERSION" ]; then
		cat "$1/VERSION"
	else
		make -s -C "$1" kernelversion
	fi
}

list_patches() {
	[ ! -e "$patches/series" ] || sed 's/[[:space:]]*#.*//; /^$/d' "$patches/series"
}

list_overlay() {
	[ -d "$overlay_root" ] || return 0
	(
		cd "$overlay_root" || exit
		for dir in "${overlay_dirs[@]}"; do
			[ ! -d "$dir" ] || find "$dir" -path ./patches -prune -o -type f -print
		done | sed "s,^\./,," | sort
	)
}

cat_inputs() {
	list_patches | sed "s,^,$patches/," | xargs -r -d '\n' cat
	list_overlay | sed "s,^,$overlay_root/," | xargs -r -d '\n' cat
}

# Existing and new files that the series names, each once.
patched_files() {
	list_patches | sed "s,^,$patches/," | xargs -r -d '\n' sed -n 's,^\(---\|+++\) [ab]/\([^\t]*\).*,\2,p' | sort -u
}
