package org.convnext4j.tools;

import java.io.PrintWriter;
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
                    + " torchvision or huggingface. Without it classify and evaluate use the bundled model, which demo"
                    + " shows: ten kinds of clothing.")
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

    /** The model on this engine, to be closed by the caller; its absence is wrong usage. */
    ConvNeXt load(Engine on) {
        return ConvNeXt.load(model(), on, design.toLoadOptions());
    }

    /** Whether no checkpoint is named. */
    boolean isBundled() {
        return model == null;
    }

    /** The model named, or else the bundled one, on this engine, to be closed by the caller. */
    ConvNeXt loadOrBundled(Engine on) {
        return isBundled() ? BundledModel.load(on) : load(on);
    }

    /** How messages call the model. */
    String modelName() {
        return model == null ? BundledModel.NAME : model.toString();
    }

    /** Tells people that the bundled model is used, if it is. */
    void announce(PrintWriter err) {
        if (isBundled()) {
            err.println("no --model is given; this is " + BundledModel.NAME + ": ten kinds of clothing");
            err.flush();
        }
    }
}
