package org.convnext4j.tools;

import java.nio.file.Path;
import java.util.Objects;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which checkpoint to run and how: the options of every command that runs a user's network. */
final class ModelOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "The checkpoint: safetensors, or PyTorch's .pth or .bin, in the layout of facebook, timm,"
                    + " torchvision or huggingface. Required.")
    private @Nullable Path model;

    @Mixin
    private DesignOptions design = new DesignOptions();

    @Mixin
    private EngineOptions engine = new EngineOptions();

    /** The checkpoint; its absence is wrong usage. */
    Path model() {
        if (model == null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "no model is named; give a checkpoint (.safetensors, .pth or .bin) with --model FILE");
        }
        return model;
    }

    /** A new engine, to be closed by the caller. */
    Engine openEngine() {
        return engine.open();
    }

    /** The model on this engine, to be closed by the caller. */
    ConvNeXt load(Engine on) {
        return ConvNeXt.load(model(), on, design.toLoadOptions());
    }
}
