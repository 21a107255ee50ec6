package org.convnext4j.tools.option;

import java.nio.file.Path;
import java.util.Objects;
import org.convnext4j.model.LoadOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the classes are called: the option of the commands that show, match or write class names. */
public final class LabelOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "The names of the model's classes, in the order of its outputs: one a line, or a JSON array, or a"
                            + " JSON object from numbers to names. Default: what the config.json beside the checkpoint says,"
                            + " else ImageNet's for 1000 classes.")
    private @Nullable Path labels;

    /** Adds the names, if there are any. */
    public LoadOptions addTo(LoadOptions options) {
        return labels == null ? options : options.toBuilder().labels(labels).build();
    }

    /** Whether there are any. */
    public boolean areGiven() {
        return labels != null;
    }

    /** The bundled model knows its names; others for it are wrong usage. */
    void requireModel(boolean bundled) {
        if (bundled && areGiven()) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--labels names the classes of a model of yours; give it with --model MODEL");
        }
    }
}
