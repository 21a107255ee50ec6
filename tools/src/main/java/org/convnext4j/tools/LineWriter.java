package org.convnext4j.tools;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * A command's output, whose lines are made {@link Printable}. What is printed without a line's end stays as it is:
 * progress bars and the colours of help.
 */
final class LineWriter extends PrintWriter {
    LineWriter(PrintWriter out) {
        super(out, true);
    }

    @Override
    public void println(@Nullable String line) {
        super.println(Printable.lines(String.valueOf(line)));
    }

    /** For stack traces, whose messages quote files too. */
    @Override
    public void println(@Nullable Object line) {
        println(String.valueOf(line));
    }
}
