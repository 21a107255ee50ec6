package org.convnext4j.tools.output;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * A command's output, whose lines are made {@link Printable}. What is printed without a line's end stays as it is:
 * progress bars and the colours of help.
 */
public final class LineWriter extends PrintWriter {
    private final boolean needed;

    private LineWriter(PrintWriter to, boolean needed) {
        super(to, true);
        this.needed = needed;
    }

    /** For results: a line that cannot be written is an {@link OutputFailure}. */
    public static LineWriter ofResults(PrintWriter to) {
        return new LineWriter(to, true);
    }

    /** For notes and complaints, without which a command goes on. */
    public static LineWriter ofNotes(PrintWriter to) {
        return new LineWriter(to, false);
    }

    @Override
    public void println() {
        super.println();
        requireWritten();
    }

    @Override
    public void println(@Nullable String line) {
        super.println(Printable.lines(String.valueOf(line)));
        requireWritten();
    }

    /** For stack traces, whose messages quote files too. */
    @Override
    public void println(@Nullable Object line) {
        println(String.valueOf(line));
    }

    private void requireWritten() {
        if (needed && checkError()) {
            throw new OutputFailure();
        }
    }
}
