#!/usr/bin/env bash
# kube-from-debian.sh DIR RECIPE PROGRAM...: builds programs of Kubernetes, such as kube-apiserver, from Debian's source package into DIR, on a machine
# without Docker, k3s or internet. About ten minutes for all four on two cores.
# It writes PROGRAM.built after each one, with the SHA-256 of the program and RECIPE. NodeBinaries.cs reads that, and installs the packages that this
# script needs (golang-go, dpkg-dev and so on; see Packages/DebianPackage.cs).
set -euo pipefail

target=${1:?a folder for the programs}
recipe=${2:?the name of this recipe}
shift 2
# Kubernetes 1.20: server-side apply, CRDs v1, no x-kubernetes-validations, no fieldValidation; refuses `default: ""` in a CRD.
# It is the newest Debian source package that still holds all of Kubernetes, vendored (later ones hold kubectl only).
# A change to what is built needs a new NodeBinaries.Recipe, so that programs of the old recipe are built again.
version=1.20.5+really1.20.2-1.1+deb12u1

mkdir -p "$target"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial"

echo "fetching the source of Kubernetes"
# It comes from the mirror that this machine already uses for its binary packages.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/\?$' | head -n 1)
echo "deb-src $mirror bookworm main" >"$work/sources.list"
apt=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists")
apt-get "${apt[@]}" update -qq
(cd "$work" && apt-get "${apt[@]}" source -qq "kubernetes=$version" >"$target/source.log" 2>&1)
src=$(ls -d "$work"/kubernetes-*/)
src=${src%/}

# The vendored reflect2 reads maps wrongly when built with Go 1.18 or later (labels come back null, requests panic).
# Debian packages the releases that mend it: put them in the vendored ones' place.
for lib in modern-go/reflect2 json-iterator/go; do
  rm -rf "$src/vendor/github.com/$lib"
  cp -r "/usr/share/gocode/src/github.com/$lib" "$src/vendor/github.com/$lib"
done

# In module mode the build asks for go.mod updates; like Debian's own rules, build in a GOPATH. The make targets also
# generate code (openapi, defaulters, conversions) that a bare 'go build' lacks.
mkdir -p "$src/.go/src/k8s.io"
ln -sfn ../../.. "$src/.go/src/k8s.io/kubernetes"
: >"$target/build.log"
number=0
for program in "$@"; do
  number=$((number + 1))
  echo "building $program ($number of $#)"
  rm -f "$target/$program" "$target/$program.built"
  (cd "$src/.go/src/k8s.io/kubernetes" && GOPATH="$src/.go" CGO_ENABLED=0 HOME="$work" make WHAT="cmd/$program" 2>&1) \
    | tee -a "$target/build.log" | sed -u -n 's/^+++ \[[^]]*\] /  /p'
  cp -L "$src/_output/bin/$program" "$target/$program.new"
  "$target/$program.new" --version >>"$target/build.log"
  mv "$target/$program.new" "$target/$program"
  echo "$(sha256sum <"$target/$program" | cut -d ' ' -f 1) $recipe" >"$target/$program.built.new"
  mv "$target/$program.built.new" "$target/$program.built"
done
