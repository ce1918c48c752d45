# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Migrations that have next to nothing to send come to an end by themselves:
# what the table of states adds must not keep them from it.

comes_to_an_end() { # PARAMETERS
	on b && incoming "unix:$files/socket" || return
	on a && set_parameters "$1" && migrate "unix:$files/socket" && ended completed 20 && running b
}

lend host 3600000
for parameters in \
	'256 "max-bandwidth": 134217728, "downtime-limit": 300' \
	'256 "max-bandwidth": 4000000, "downtime-limit": 300' \
	'256 "max-bandwidth": 134217728, "downtime-limit": 1' \
	'4096 "max-bandwidth": 134217728, "downtime-limit": 300'; do
	start a states -m "${parameters%% *}"
	listen b states -m "${parameters%% *}"
	silent "${parameters%% *} MiB, ${parameters#* }" comes_to_an_end "${parameters#* }"
done
