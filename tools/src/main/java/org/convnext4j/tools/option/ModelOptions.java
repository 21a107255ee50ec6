package org.convnext4j.tools.option;

import java.io.PrintWriter;
import java.util.Objects;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.hub.ModelFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model to run and how: the options of every command that runs a user's network. */
public final class ModelOptions {
    /** What is left out of the help of commands that cannot do without a model. */
    public static final String WITHOUT =
            " Without it the bundled model is used, which demo shows: ten kinds of clothing.";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--model", paramLabel = "MODEL", description = "The model: " + NamedModel.KINDS + WITHOUT)
    private @Nullable String model;

    @Mixin
    private DesignOptions design = new DesignOptions();

    @Mixin
    private EngineOptions engine = new EngineOptions();

    /** What the user calls the model; its absence is wrong usage. */
    public String model() {
        if (model == null) {
            throw new ParameterException(
                    commandLine(),
                    "no model is named; give a checkpoint (.safetensors, .pth or .bin) or the name of a released model"
                            + " with --model MODEL");
        }
        return model;
    }

    /** A new engine, to be closed by the caller. */
    public Engine openEngine() {
        return engine.open();
    }

    /** As {@link EngineOptions#openSteady}. */
    public Engine openSteadyEngine() {
        return engine.openSteady();
    }

    /** The threads asked for, or as many as there are processors. */
    public int threads() {
        return engine.threads();
    }

    /** The model's files, fetched first if they have to be; its absence is wrong usage. */
    public ModelFiles files() {
        return NamedModel.locate(model(), commandLine().getErr());
    }

    /** What the checkpoint does not say. */
    public LoadOptions design() {
        return design.toLoadOptions();
    }

    /** The model on this engine, to be closed by the caller; fetched first if it has to be. */
    public ConvNeXt load(Engine on) {
        return ConvNeXt.load(files(), design().withEngine(on));
    }

    /** Whether no model is named. */
    public boolean isBundled() {
        return model == null;
    }

    /** The model named, with these class names, or else the bundled one, on this engine, to be closed by the caller. */
    public ConvNeXt loadOrBundled(Engine on, LabelOptions labels) {
        labels.requireModel(isBundled());
        return isBundled()
                ? BundledModel.load(on)
                : ConvNeXt.load(files(), labels.addTo(design()).withEngine(on));
    }

    /** How messages call the model. */
    public String modelName() {
        return model == null ? BundledModel.NAME : model;
    }

    /** Tells people that the bundled model is used, if it is. */
    public void announce(PrintWriter err) {
        if (isBundled()) {
            err.println("note: no --model is given; this is " + BundledModel.NAME + ": ten kinds of clothing");
            err.flush();
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
