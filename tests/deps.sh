#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# deps.sh package ...: have these Debian packages; as root install what is
# missing, otherwise print the one command that does and fail.

missing=
for p in "$@"; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in
	"install ok installed")	;;
	*)	missing="$missing $p" ;;
	esac
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "Packages are missing; as root, run:" >&2
	echo "	apt-get update && apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null &&
    apt-get install -y -q --no-install-recommends $missing >/dev/null
