package org.convnext4j.tools;

import java.util.Objects;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.hub.ModelFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model to run and how: the options of every command that runs a user's network. */
final class ModelOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--model", paramLabel = "MODEL", description = "The model: " + NamedModel.KINDS + " Required.")
    private @Nullable String model;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    /** What the user calls the model; its absence is wrong usage. */
    String model() {
        if (model == null) {
            throw new ParameterException(
                    commandLine(),
                    "no model is named; give a checkpoint (.safetensors, .pth or .bin) or the name of a released model"
                            + " with --model MODEL");
        }
        return model;
    }

    /** A new engine, to be closed by the caller. */
    Engine openEngine() {
        return engine.open();
    }

    /** The threads asked for, or as many as there are processors. */
    int threads() {
        return engine.threads();
    }

    /** The model's files, fetched first if they have to be. */
    ModelFiles files() {
        return NamedModel.locate(model(), commandLine().getErr());
    }

    /** The model on this engine, to be closed by the caller; fetched first if it has to be. */
    ConvNeXt load(Engine on) {
        return ConvNeXt.load(files(), on);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
