package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;

/**
 * What was assumed about a network because neither its tensors nor a configuration say it, or what of a file was chosen,
 * renamed or left out.
 *
 * @param text a sentence for the user
 * @param risky whether published networks differ in it, so that the results may well be wrong
 */
public record Assumption(String text, boolean risky) {
    /** Logs each on a line of its own, with the file's name; risky ones as warnings. */
    public static void log(Logger logger, Path file, List<Assumption> assumptions) {
        for (Assumption assumption : assumptions) {
            if (assumption.risky) {
                logger.warn("{}: {}", file, assumption.text);
            } else {
                logger.info("{}: {}", file, assumption.text);
            }
        }
    }
}
