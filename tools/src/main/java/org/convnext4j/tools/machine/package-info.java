/**
 * The commands about this machine: {@code bench}, which measures how fast networks run on it, and {@code doctor}, which
 * looks at what they would run with. {@link org.convnext4j.tools.machine.BenchCommand} is the place to start.
 */
@NullMarked
package org.convnext4j.tools.machine;

import org.jspecify.annotations.NullMarked;
