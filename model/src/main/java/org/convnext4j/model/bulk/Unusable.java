package org.convnext4j.model.bulk;

import java.nio.file.Path;
import org.convnext4j.model.failure.ModelException;

/**
 * A picture or a folder that cannot be used.
 *
 * @param path of it
 * @param problem what is wrong, naming the path
 */
public record Unusable(Path path, ModelException problem) {}
