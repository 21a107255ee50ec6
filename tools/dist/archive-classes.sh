#!/bin/sh
# archive-classes.sh FOLDER SAMPLES: lays the classes of a typical run, parsed, into the release in FOLDER: Java starts
# faster with them, and without them all works too.
set -eu
# Java uses them only with jars of the same size and date as now: the date that the archives give every file.
find "$1/lib" -name '*.jar' -exec env TZ=UTC touch -t 202611230000.00 {} +
CONVNEXT_ARCHIVE_CLASSES=true sh "$1/convnext" classify --json --model "$2/toy/timm.safetensors" \
    "$2/images/china.jpg" >/dev/null 2>&1
[ -s "$1/lib/convnext.jsa" ]
