#!/bin/sh
# Fetch elkjs from the npm registry and put its files here, unchanged.
#
#     sh src/gatewright/draw/elkjs/update.sh 0.12.1
set -eu
version=${1:?"which version? as in: sh update.sh 0.12.1"}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "elkjs@$version"
tar -xzf "elkjs-$version.tgz"
cp package/lib/elk-worker.min.js package/LICENSE.md "$here"
chmod 644 "$here/elk-worker.min.js" "$here/LICENSE.md"
cd "$here"
sha256sum elk-worker.min.js
echo "now bring version and checksum in README.md up to date"
