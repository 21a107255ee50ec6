#!/bin/sh
# Builds and runs every example against this checkout's modules and checks what it says.
#
#   run.sh [EXAMPLE...]     all of them by default
#
# The modules are installed into a repository below target/, which sees what the user's own Maven repository has but leaves
# nothing of this project in it. An example whose jars can neither be found there nor be fetched is skipped, and says so.
set -eu
unset CDPATH
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
root=$(cd -- "$here/../.." && pwd -P)
work=$root/target/examples
repository=$work/repository
model=$root/tools/src/main/resources/org/convnext4j/tools/demo/fashion-mnist.safetensors
pictures=$root/tools/src/main/resources/org/convnext4j/tools/demo
webp=$here/pictures/trousers.webp
vectors=--add-modules=jdk.incubator.vector
native=--enable-native-access=ALL-UNNAMED
skipped=

fail() {
    printf 'examples: %s\n' "$1" >&2
    exit 1
}

say() {
    printf -- '--- examples: %s\n' "$1"
}

# The JDK that the launcher takes; it also builds what is missing or stale.
find_jdk() {
    java_home=$("$root/convnext" doctor --json | sed -n 's/.*"home" *: *"\([^"]*\)".*/\1/p')
    java=$java_home/bin/java
    [ -x "$java" ] || fail "doctor --json names no JDK, but '$java_home'"
}

# A Maven repository that holds the user's by links, except for this project's own part.
make_repository() {
    own=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
    rm -rf "$repository"
    mkdir -p "$repository/org"
    for entry in "$own"/* "$own"/org/*; do
        case $entry in
            */org | */org/convnext4j) ;;
            *) [ ! -e "$entry" ] || ln -s "$entry" "$repository${entry#"$own"}" ;;
        esac
    done
}

maven() {
    JAVA_HOME=$java_home mvn -B -q -Dstyle.color=never -Dmaven.repo.local="$repository" "$@"
}

install_modules() {
    say 'installing the modules'
    began=$(date +%s)
    # The classes are those that the launcher runs, and so are its lists of jars: from another repository Maven would
    # compile all again.
    log=$work/install.log
    mvn -B -q -Dstyle.color=never -Dmaven.repo.local="$repository" -f "$root/pom.xml" -pl tools -am install \
        -Dmaven.main.skip=true -Dmdep.skip=true -Dmaven.test.skip=true -Dformat.skip=true >"$log" 2>&1 || {
        cat "$log" >&2
        fail 'the modules cannot be installed'
    }
    for module in bindings engine model tools; do
        for kind in '' -sources -javadoc; do
            set -- "$repository/org/convnext4j/convnext4j-$module"/*/convnext4j-$module-*"$kind".jar
            [ -e "$1" ] || fail "install attached no convnext4j-$module-VERSION$kind.jar"
        done
        set -- "$repository/org/convnext4j/convnext4j-$module"/*/convnext4j-$module-*-javadoc.jar
        "$java_home/bin/jar" tf "$1" | grep -q '^index.html$' || fail "$1 has no index.html"
    done
    say "installed in $(($(date +%s) - began)) s"
}

# Builds one; 1 if its jars cannot be had.
build() {
    say "$1"
    rm -rf "${work:?}/$1"
    cp -R "$here/$1" "$work/$1"
    log=$work/$1.log
    if ! maven -f "$work/$1/pom.xml" package >"$log" 2>&1; then
        # What no server has is a mistake in the example, and so is a module that is not installed.
        if grep -q -E 'Could not transfer|Failure to transfer|Cannot access|Unknown host' "$log" &&
            ! grep -q '^\[ERROR\].*org\.convnext4j:' "$log"; then
            printf 'examples: SKIPPED %s: Maven could not fetch what it needs:\n' "$1" >&2
            grep -m 1 '^\[ERROR\]' "$log" >&2
            skipped="$skipped $1"
            return 1
        fi
        cat "$log" >&2
        fail "$1 cannot be built"
    fi
}

# Checks that what an example printed has a line that matches a pattern.
expect() {
    printf '%s\n' "$2" | grep -q -E -- "$3" || {
        printf '%s\n' "$2" >&2
        fail "$1: expected a line like $3"
    }
}

megabytes() {
    du -sm "$@" | awk '{ sum += $1 } END { print sum " MB" }'
}

run_plain() {
    out=$("$java" $vectors $native -cp "$work/plain/target/example-plain-1.jar:$work/plain/target/jars/*" org.example.Plain \
        "$model" "$pictures/sample-1-0.png") || fail 'plain ended with an error'
    expect plain "$out" '^ *[0-9.]+ %  Trouser$'
}

run_shaded() {
    jar=$work/shaded/target/example-shaded-1.jar
    out=$("$java" $vectors -jar "$jar" "$model" "$pictures/sample-8-0.png" "$webp") || fail 'shaded ended with an error'
    expect shaded "$out" 'sample-8-0.png: Bag, [0-9.]+ %$'
    expect shaded "$out" 'trousers.webp: Trouser, [0-9.]+ %$'
    say "the fat jar has $(megabytes "$jar")"
}

run_jlink() {
    image=$work/jlink/target/image
    # No module is added by hand: each names those it requires.
    modules=org.convnext4j.bindings,org.convnext4j.engine,org.convnext4j.model
    out=$("$image/bin/java" --enable-native-access=$modules -p "$work/jlink/target/example-jlink-1.jar:$work/jlink/target/jars" \
        -m org.example.linked/org.example.Linked "$model" "$pictures/sample-8-0.png" "$webp") || fail 'jlink ended with an error'
    "$image/bin/java" --list-modules | grep -q '^org.convnext4j.engine@' || fail 'jlink: the image has no engine'
    expect jlink "$out" 'sample-8-0.png: Bag, [0-9.]+ %$'
    expect jlink "$out" 'trousers.webp: Trouser, [0-9.]+ %$'
    say "the image has $(megabytes "$image"), the jars $(megabytes "$work/jlink/target/jars")"
}

run_kotlin() {
    out=$("$java" $vectors $native -cp "$work/kotlin/target/example-kotlin-1.jar:$work/kotlin/target/jars/*" ClassifyKt \
        "$model" "$pictures/sample-8-0.png") || fail 'kotlin ended with an error'
    expect kotlin "$out" 'sample-8-0.png: Bag, [0-9.]+ %$'
}

# Starts a service with the Java options given behind the first two, waits until it logs a line of which the second is the
# pattern, with the port as its group; then posts two pictures and a file that is none, and stops it.
ask_service() {
    service=$1
    started=$2
    shift 2
    log=$work/$service-server.log
    rm -rf "$log" "$work/cache"
    CONVNEXT4J_CACHE=$work/cache "$java" $vectors $native "$@" >"$log" 2>&1 &
    server=$!
    trap 'kill "$server" 2>/dev/null' EXIT
    waited=0
    until [ -e "$log" ] && port=$(sed -n "s/.*$started.*/\\1/p" "$log") && [ -n "$port" ]; do
        if ! kill -0 "$server" 2>/dev/null || [ "$waited" -ge 90 ]; then
            cat "$log" >&2
            fail "$service did not start"
        fi
        sleep 1
        waited=$((waited + 1))
    done
    out=$("$java" "$here/Post.java" "http://127.0.0.1:$port/classify" "$pictures/sample-1-0.png" "$webp" \
        "$here/run.sh") || fail "$service did not answer"
    case $out in 500* | *"
500"*) sed -n '/ ERROR /,/^\tat /p' "$log" >&2 ;; esac
    kill "$server"
    wait "$server" || true
    trap - EXIT
    [ "$(printf '%s\n' "$out" | grep -c '^200 .*Trouser')" -eq 2 ] || {
        printf '%s\n' "$out" >&2
        fail "$service: expected Trouser twice"
    }
    expect "$service" "$out" '^422 .*the uploaded picture'
}

run_spring_boot() {
    ask_service spring-boot 'Tomcat started on port \([0-9]*\)' \
        -jar "$work/spring-boot/target/example-spring-boot-1.jar" --server.address=127.0.0.1 --server.port=0 --model="$model"
    expect spring-boot "$out" '^200 \[\{"index":1,"label":"Trouser","probability":[^}]*\},\{'
    # OpenBLAS was found in the jar in the jar.
    set -- "$work"/cache/openblas-[0-9]*/libopenblas*
    [ -e "$1" ] || fail 'spring-boot: OpenBLAS was not unpacked'
}

run_helidon() {
    ask_service helidon 'listening on port \([0-9]*\)' \
        -cp "$work/helidon/target/example-helidon-1.jar:$work/helidon/target/jars/*" org.example.Service "$model" 0
}

find_jdk
mkdir -p "$work"
make_repository
install_modules
[ $# -gt 0 ] || set -- plain shaded jlink spring-boot helidon kotlin
for example in "$@"; do
    [ -f "$here/$example/pom.xml" ] || fail "there is no example $example"
    began=$(date +%s)
    if build "$example"; then
        "run_$(printf '%s' "$example" | tr - _)"
        printf '%s\n' "$out"
        say "$example done in $(($(date +%s) - began)) s"
    fi
done
if [ -n "$skipped" ]; then
    printf 'examples: SKIPPED, for want of jars:%s\n' "$skipped" >&2
fi
