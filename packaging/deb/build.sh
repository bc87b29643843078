#!/usr/bin/env bash
# Builds artifacts/packages/edgesync_VERSION_ARCH.deb from the published binary.
#   build.sh [BINARY] [FOLDER]     (default: artifacts/publish/EdgeSync.Agent/release_linux-x64/edgesync, artifacts/packages)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
binary=${1:-$root/artifacts/publish/EdgeSync.Agent/release_linux-x64/edgesync}
folder=${2:-$root/artifacts/packages}
[ -x "$binary" ] || { echo "no binary '$binary': run ./build.sh publish first" >&2; exit 1; }

version=$("$binary" version | awk 'NR == 1 {print $2}')
case $(od -An -tx1 -j18 -N1 "$binary" | tr -d ' ') in
  3e) arch=amd64 ;;
  b7) arch=arm64 ;;
  28) arch=armhf ;;
  *) echo "'$binary' is for an architecture that this script does not know" >&2; exit 1 ;;
esac
# The same commit gives the same package.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"
install -D -m 755 "$binary" "$tree/usr/bin/edgesync"
install -D -m 644 "$root/packaging/systemd/edgesync.service" "$tree/lib/systemd/system/edgesync.service"
install -D -m 644 "$root/docs/configuration.md" "$tree/usr/share/doc/edgesync/configuration.md"
install -D -m 644 "$root/docs/hardware-keys.md" "$tree/usr/share/doc/edgesync/hardware-keys.md"
install -D -m 644 "$here/copyright" "$tree/usr/share/doc/edgesync/copyright"
gzip -9nc "$root/packaging/CHANGELOG.md" >"$tree/usr/share/doc/edgesync/CHANGELOG.md.gz"
chmod 644 "$tree/usr/share/doc/edgesync/CHANGELOG.md.gz"
install -d -m 755 "$tree/etc/edgesync"
mkdir "$tree/DEBIAN"
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$(du -k --apparent-size -s "$tree" | cut -f1)/" "$here/control" >"$tree/DEBIAN/control"
install -m 755 "$here/postinst" "$here/prerm" "$here/postrm" "$tree/DEBIAN/"
(cd "$tree" && find usr lib etc -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$tree" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$folder"
package=$folder/edgesync_${version}_$arch.deb
dpkg-deb --build --root-owner-group -Zxz "$tree" "$package" >/dev/null
echo "$package"
