#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# dasd.sh PROGRAM ARGUMENT...: run it with /dev/vda being the first DASD, on a machine
# that has no virtio.

ln -s dasda /dev/vda
exec "$@"
