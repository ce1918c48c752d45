# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of run, and for machine.sh
# The package of the Debian that versions names, which need not be this machine's: the
# same module loads, and works.

. "$hercules_top/versions"
name="the package of Debian $SUITE"
if ! debs=$("$hercules_top/scripts/fetch" tree hercules "$(dpkg --print-architecture)" hercules 2>"$log"); then
	skip "$name" "it cannot be had: $(tail -n 1 "$log")"
else
	root=$work/root
	mkdir -p "$root"/usr/{lib,lib64}
	ln -s usr/lib usr/lib64 "$root/"
	for deb in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -xp --keep-directory-symlink -C "$root"
	done
	lib=("$root"/usr/lib/*-linux-gnu*)
	# Hercules' libraries are where its package would be installed; it brings its C library.
	hercules=("$root"/lib*/ld-linux-*.so.* --library-path "$root/usr/lib/hercules:${lib[0]}"
		"$root/usr/bin/hercules")
	begin essa.so policy=always delay=0
	expect "$name loads it" says '^HHCHD101I Module essa.so loaded'
	expect "$name, with its libraries" test -n "$(grep -l "$root/usr/lib/hercules/libherc.so" "/proc/$hercules_pid/maps")"
	expect "$name: discard" passes discard
	expect "$name: storage" passes storage
	hercules_stop
	hercules=(hercules)
fi
