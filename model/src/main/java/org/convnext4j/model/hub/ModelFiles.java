package org.convnext4j.model.hub;

import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.model.image.Preprocessor;

/**
 * A released model on this machine's disk.
 *
 * @param name what it was asked for by
 * @param weights the checkpoint, or the index of its parts; its configuration lies beside it, if it has any
 * @param preprocessor how pictures become input, if that follows from the name and not from a file beside the weights;
 *     then no file beside them belongs to the model
 */
public record ModelFiles(String name, Path weights, Optional<Preprocessor> preprocessor) {}
