/**
 * What the JMH benchmarks share. After {@code mvn package}, from the root of the project:
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -jar bench/target/benchmarks.jar
 * }</pre>
 *
 * <p>with, behind it, a part of a benchmark's name ({@code GemmBenchmark}) and parameters ({@code -p variant=BASE -p
 * backend=VECTOR}).
 */
@NullMarked
package org.convnext4j.bench;

import org.jspecify.annotations.NullMarked;
