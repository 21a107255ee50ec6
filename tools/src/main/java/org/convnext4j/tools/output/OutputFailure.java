package org.convnext4j.tools.output;

import java.io.Serial;
import org.convnext4j.tools.CommandRunner;

/**
 * Standard output takes no more, so that there is nothing left to do. Ends a command from wherever it prints; what is
 * said about it is {@link CommandRunner}'s.
 */
public final class OutputFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public OutputFailure() {
        super("standard output takes no more");
    }
}
