/**
 * How results, notes and files get out: JSON, tables, charts, progress and the streams of the process. Nothing here knows a
 * command or an option. {@link org.convnext4j.tools.output.StandardStreams} is the place to start.
 */
@NullMarked
package org.convnext4j.tools.output;

import org.jspecify.annotations.NullMarked;
