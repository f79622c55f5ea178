#!/bin/sh
# Fetch the XML test suites of GEOS and JTS, by which tests/geometry/test_xml_suite.py judges our
# overlays and validity: from Debian's source packages, checked by hash, into build/xml-suite.
# Nothing of them is part of the repository. Needs a Debian (of any release), tar, bzip2 and xz.
#
# Usage: sh tools/fetch_xml_suite.sh [FOLDER]
set -eu
cd "$(dirname "$0")/.."

folder="${1:-build/xml-suite}"
suite=trixie
geos=3.13.1
geos_hash=df2c50503295f325e7c8d7b783aca8ba4773919cde984193850cf9e361dfd28c
jts=1.20.0
jts_hash=723d0095688245d7065f64bf4249b5138d3bba5142074317ab5997878ea67d7f

wanted="geos $geos $geos_hash, jts $jts $jts_hash"
if [ -f "$folder/version" ] && [ "$(cat "$folder/version")" = "$wanted" ]; then
    echo "XML suites: there already, in $folder"
    exit 0
fi

# The mirror that this machine uses for its own packages.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -n 's#^\(URIs:\|deb\( \[[^]]*\]\)\{0,1\}\) *\([^ ]*/debian\)/*\( .*\)\{0,1\}$#\3#p' | head -n 1)
if [ -z "$mirror" ]; then
    echo "XML suites: no Debian mirror among the sources of apt" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # apt fetches as a user of its own
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/suites"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
apt() {
    apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- \
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" \
        -o APT::Sandbox::User=root -o Acquire::Retries=3 "$@"
}
apt update
(cd "$work" && apt source --download-only --tar-only "geos=$geos-1" "jts=$jts+ds-2")
echo "$geos_hash  $work/geos_$geos.orig.tar.bz2" | sha256sum --check --quiet
echo "$jts_hash  $work/jts_$jts+ds.orig.tar.xz" | sha256sum --check --quiet

mkdir "$work/suites/geos" "$work/suites/jts"
tar -xf "$work/geos_$geos.orig.tar.bz2" -C "$work/suites/geos" --strip-components=4 \
    --wildcards '*/tests/xmltester/tests/*.xml'
tar -xf "$work/jts_$jts+ds.orig.tar.xz" -C "$work/suites/jts" --strip-components=7 \
    --wildcards '*/src/test/resources/testxml/*.xml'
echo "$wanted" >"$work/suites/version"
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mv "$work/suites" "$folder"
echo "XML suites: GEOS $geos and JTS $jts, $(find "$folder" -name '*.xml' | wc -l) files in $folder"
