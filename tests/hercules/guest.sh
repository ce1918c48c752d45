# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of run
# Linux guests: ./guests, which can be run by itself.

status=2
while IFS= read -r line; do
	case $line in
	status\ *) status=${line#* } ;;
	*' passed, '*' skipped') ;;
	*) result '' "$line" || echo "$line" ;;
	esac
done < <(O=$O "$here/guests" </dev/null 2>&1
	echo "status $?")
[ "$status" -le 1 ] || not_ok 'they begin' "./guests ended with status $status"
