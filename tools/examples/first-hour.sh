#!/usr/bin/env bash
# The first hour with convnext on a small folder of pictures: look at the data, train, be killed and go on, measure,
# fine-tune, convert, classify from Java. Each line's output is checked; what does not hold ends the script with code 1.
#
# first-hour.sh [FOLDER]     works in FOLDER, or in a temporary folder that is removed at the end
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd -- "$here/../.." && pwd -P)
if [ $# -gt 0 ]; then
    work=$1
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
work=$(cd -- "$work" && pwd -P)
out=$work/last-output

fail() {
    printf 'first-hour: %s\n' "$1" >&2
    [ ! -s "$out" ] || { echo "--- its output:"; cat "$out"; } >&2
    exit 1
}

# convnext CODE ARGUMENT...: shows the command, runs it, and checks its exit code. Both streams go to $out.
convnext() {
    local wanted=$1 code=0
    shift
    printf '\n$ ./convnext %s\n' "${*//$work/.}"
    "$root/convnext" "$@" >"$out" 2>&1 || code=$?
    grep -v '^WARNING: Using incubator modules' "$out" | tail -n 12 || true
    [ "$code" = "$wanted" ] || fail "expected exit code $wanted, but got $code"
}

# says PATTERN: the last output has a line that matches.
says() {
    grep -Eq -- "$1" "$out" || fail "expected a line that matches: $1"
}

# lacks PATTERN: it has none.
lacks() {
    ! grep -Eq -- "$1" "$out" || fail "expected no line that matches: $1"
}

# number JSON-FIELD: the value of the first such field in the last output.
number() {
    grep -Eo "\"$1\" ?: ?[0-9.eE+-]+" "$out" | head -n 1 | grep -Eo '[0-9.eE+-]+$' || fail "expected a field $1"
}

# at_least VALUE BOUND WHAT
at_least() {
    awk -v a="$1" -v b="$2" 'BEGIN { exit !(a >= b) }' || fail "$3 is $1, expected at least $2"
}

step() {
    printf '\n=== %s (%s s)\n' "$1" "$SECONDS"
}

[ -z "${CONVNEXT_JAVA_OPTIONS:-}" ] || echo "note: Java gets $CONVNEXT_JAVA_OPTIONS"

step "build"
convnext 0 doctor --json
java=$(grep -Eo '"home" ?: ?"[^"]+"' "$out" | head -n 1 | sed 's/.*: *"//; s/"$//')/bin/java
[ -x "$java" ] || fail "doctor names no Java"

step "a folder of six drawn classes, of many sizes and four formats, with two broken files"
"$java" "$here/DrawClasses.java" "$work/shapes" 60 20
[ "$(find "$work/shapes" -type f | wc -l)" -eq 482 ] || fail "expected 482 pictures"

step "look at the data first"
convnext 1 scan "$work/shapes"
says 'cut\.jpg'
says 'text\.png'

step "train from scratch"
convnext 0 train --data "$work/shapes" --out "$work/scratch" --depths 1,1,2,1 --dims 32,64,128,256
says 'cut\.jpg'
says 'text\.png'
convnext 0 evaluate --json --model "$work/scratch" --data "$work/shapes"
scratch=$(number top1)
at_least "$scratch" 0.8 "top-1 after training from scratch"

step "fine-tune the bundled model, killed on the way"
"$root/convnext" train --data "$work/shapes" --out "$work/bundled" --model fashion-mnist --epochs 6 >"$out" 2>&1 &
training=$!
until ls -d "$work"/bundled/checkpoints/*[0-9] >/dev/null 2>&1; do
    kill -0 "$training" 2>/dev/null || fail "the training ended before it could be killed"
    sleep 0.2
done
kill -9 "$training"
wait "$training" 2>/dev/null || true
convnext 0 train --resume --data "$work/shapes" --out "$work/bundled"
says 'going on from'
says 'model\.safetensors'
promised=$(grep -E '^ *best ' "$out" | grep -Eo 'top-1 [0-9.]+' | cut -d' ' -f2)
convnext 0 evaluate --json --model "$work/bundled" --data "$work/shapes"
measured=$(awk -v a="$(number top1)" 'BEGIN { printf "%.2f", 100 * a }')
[ "$promised" = "$measured" ] || fail "train promised top-1 $promised %, but evaluate measured $measured %"

step "fine-tune a toy checkpoint, then for two more epochs"
toy=$root/tools/src/test/resources/org/convnext4j/tools/toy/timm.safetensors
convnext 0 train --data "$work/shapes" --out "$work/toy" --model "$toy" --epochs 2
convnext 0 train --data "$work/shapes" --out "$work/toy" --resume --epochs 4
convnext 0 evaluate --model "$work/toy" --data "$work/shapes"
says 'triangle'

step "convert: Hugging Face's layout, timm's, ONNX"
picture=$(find "$work/shapes/val/ring" -name '*.png' | sort | head -n 1)
convnext 0 classify --json --top 1 --model "$work/scratch" "$picture"
label=$(grep -Eo '"label" ?: ?"[^"]+"' "$out")
for layout in huggingface timm; do
    convnext 0 convert "$work/scratch/model.safetensors" "$work/$layout/" --layout "$layout"
    convnext 0 classify --json --top 1 --model "$work/$layout" "$picture"
    [ "$(grep -Eo '"label" ?: ?"[^"]+"' "$out")" = "$label" ] || fail "expected $label as before"
    convnext 0 inspect "$work/$layout"
    says 'circle'
done
convnext 0 convert "$work/scratch/model.safetensors" "$work/shapes.onnx"
grep -aq 'circle' "$work/shapes.onnx" || fail "shapes.onnx does not name its classes"
convnext 2 convert "$work/scratch/model.safetensors" "$work/shapes.pth"
[ ! -e "$work/shapes.pth" ] || fail "convert wrote a .pth"

step "classify in a Java program"
tools=$root/tools/target
"$java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp "$(echo "$tools"/convnext4j-tools-*.jar):$(cat "$tools/class-path")" \
    "$here/ClassifyPicture.java" "$work/scratch" >"$out" 2>&1 || fail "the program failed"
cat "$out"
says '%  cross'

echo
echo "first-hour: all held, in $SECONDS s"
