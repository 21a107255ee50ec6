#!/bin/sh
# Builds the release archive of this platform and runs it as somebody would who has neither a JDK nor Maven: unpacked into
# a folder with a blank, called from another one, with nothing in the environment.
set -eu
unset CDPATH
here=$(cd -- "$(dirname -- "$0")" && pwd -P)

fail() {
    printf 'dist: %s\n' "$1" >&2
    exit 1
}

# jlink is Maven's own Java's, if that is a JDK 25; another on the PATH may be older.
[ -z "${JAVA_HOME:-}" ] || [ ! -x "$JAVA_HOME/bin/jlink" ] || export PATH="$JAVA_HOME/bin:$PATH"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo '--- dist: building'
mvn -B -q -Dstyle.color=never -f "$here/../../pom.xml" -Pdist -pl tools/dist -am package \
    -Dmaven.test.skip=true -Dformat.skip=true >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail 'it cannot be built'
}
archive=$(echo "$here"/target/convnext4j-*.tar.gz)
du -m "$archive" "${archive%.tar.gz}.zip" | awk '{ print $1 " MB  " $2 }'

echo '--- dist: demo without a JDK'
mkdir "$work/a folder" "$work/elsewhere"
tar xzf "$archive" -C "$work/a folder"
convnext=$(echo "$work/a folder"/convnext4j-*/convnext)
cd "$work/elsewhere"
clean="env -i PATH=/nonexistent HOME=$work/elsewhere"
$clean "$convnext" demo >"$work/out" || fail 'demo ended with an error'
cat "$work/out"
grep -q -E '^  right +(19|20) of 20$' "$work/out" || fail 'demo did not name the clothing'
sheet=$(sed -n 's/^the contact sheet is in //p' "$work/out")
if [ -n "$sheet" ]; then
    [ -s "$sheet" ] || fail 'demo wrote no contact sheet where it says'
    rm -r "${sheet%/contact-sheet.png}"
else
    echo 'dist: no contact sheet: this machine has no fonts'
fi
[ -z "$(ls)" ] || fail 'demo wrote into the folder it was called in'
$clean "$convnext" doctor >"$work/out" || fail 'doctor ended with an error'
grep -q '^Nothing is missing\.$' "$work/out" || {
    cat "$work/out" >&2
    fail 'doctor misses something'
}
$clean CONVNEXT_JAVA_OPTIONS=-Xlog:class+load:file=classes "$convnext" --version
grep -q 'org\.convnext4j\.tools\.Main source: shared objects file (top)' classes ||
    fail 'the archive of classes does not fit the jars'

$clean "$convnext" convert "$here/../src/test/resources/org/convnext4j/tools/toy/timm.safetensors" toy.onnx ||
    fail 'convert to ONNX ended with an error'
