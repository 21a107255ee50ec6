/**
 * The threads, and how work is handed out to them. Start at {@link org.convnext4j.engine.parallel.Workers}, which
 * gives each call a {@link org.convnext4j.engine.parallel.Team}.
 */
@NullMarked
package org.convnext4j.engine.parallel;

import org.jspecify.annotations.NullMarked;
