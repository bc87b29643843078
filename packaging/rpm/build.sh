#!/usr/bin/env bash
# Builds artifacts/packages/edgesync-VERSION-1.ARCH.rpm from the published binary; needs rpmbuild.
#   build.sh [BINARY] [FOLDER]     (default: artifacts/publish/EdgeSync.Agent/release_linux-x64/edgesync, artifacts/packages)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=${1:-$root/artifacts/publish/EdgeSync.Agent/release_linux-x64/edgesync}
folder=${2:-$root/artifacts/packages}
[ -x "$binary" ] || { echo "no binary '$binary': run ./build.sh publish first" >&2; exit 1; }
command -v rpmbuild >/dev/null || { echo "rpmbuild is not installed (Debian: apt-get install rpm)" >&2; exit 1; }

case $(od -An -tx1 -j18 -N1 "$binary" | tr -d ' ') in
  3e) arch=x86_64 ;;
  b7) arch=aarch64 ;;
  *) echo "'$binary' is for an architecture that this script does not know" >&2; exit 1 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
rpmbuild -bb --quiet --target "$arch-linux" \
  --define "_topdir $work" --define "_rpmdir $work/out" --define "_buildhost edgesync" \
  --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
  --define "edgesync_version $("$binary" version | awk 'NR == 1 {print $2}')" \
  --define "edgesync_binary $(realpath "$binary")" --define "edgesync_root $root" "$here/edgesync.spec"
mkdir -p "$folder"
find "$work/out" -name '*.rpm' -exec mv {} "$folder/" \; -printf "$folder/%f\n"
