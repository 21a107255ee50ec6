package org.convnext4j.tools.train;

import java.nio.file.Path;
import java.util.Objects;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.roadmap.RoadmapBudget;
import org.convnext4j.model.roadmap.RoadmapNetwork;
import org.convnext4j.model.roadmap.RoadmapStep;
import org.convnext4j.tools.option.NumberConverters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a walk is trained on and with, the same for each of its steps. */
public final class WalkOptions {
    private static final int LARGE_SIDE = 224;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--train",
            paramLabel = "DATA",
            description =
                    "Train each step on the pictures in DATA: folders of pictures, or IDX files as Fashion-MNIST's.")
    private @Nullable Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "With --train, the folder for the trained steps, roadmap.csv and roadmap.png. The same command"
                            + " goes on with what is there.")
    private @Nullable Path out;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "10",
            converter = NumberConverters.Positive.class,
            description = "With --train. Default: ${DEFAULT-VALUE}.")
    private int epochs = 10;

    @Option(
            names = "--pictures",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "With --train, at most so many pictures in an epoch, others in each. Default: all.")
    private @Nullable Integer pictures;

    @Option(
            names = "--width-scale",
            paramLabel = "S",
            defaultValue = "1",
            converter = NumberConverters.PositiveNumber.class,
            description = "With --train or --time, S times the channels. Default: ${DEFAULT-VALUE}.")
    private double scale = 1;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            converter = NumberConverters.Positive.class,
            description =
                    "With --train, height and width of the pictures; up to 64 the stem's stride is 2 instead of 4."
                            + " Default: the pictures' own if that is 64 or less, else 224.")
    private @Nullable Integer size;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "128",
            converter = NumberConverters.Positive.class,
            description = "With --train, pictures in a batch. Default: ${DEFAULT-VALUE}.")
    private int batch = 128;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            defaultValue = "0.002",
            converter = NumberConverters.PositiveNumber.class,
            description = "With --train, the highest of AdamW's. Default: ${DEFAULT-VALUE}.")
    private double learningRate = 0.002;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "With --train. Default: 0.")
    private long seed;

    @Option(
            names = "--time-seconds",
            paramLabel = "S",
            defaultValue = "2",
            converter = NumberConverters.PositiveNumber.class,
            description = "With --time, how long each step warms up, and how long it is then measured. Default:"
                    + " ${DEFAULT-VALUE}.")
    private double timeSeconds = 2;

    /** Warm-up of each step and measurement, seconds. */
    double timeSeconds() {
        return timeSeconds;
    }

    /** Whether steps are to be trained. */
    boolean trains() {
        return data != null;
    }

    /** The folder of the pictures. */
    Path data() {
        return Objects.requireNonNull(data);
    }

    /** What a chart calls the pictures. */
    String dataName() {
        return String.valueOf(data().toAbsolutePath().normalize().getFileName());
    }

    /** Where results go; its absence is wrong usage. */
    Path out() {
        if (out == null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--train needs a folder for the trained steps; give --out DIR");
        }
        return out;
    }

    /** What each step may use. */
    RoadmapBudget budget(Dataset train) {
        int own = train.read(0).height();
        int side = size != null ? size : own <= RoadmapBudget.SMALL_SIDE ? own : LARGE_SIDE;
        int most = pictures == null ? RoadmapBudget.ALL : pictures;
        try {
            return new RoadmapBudget(epochs, most, batch, learningRate, 0.05, side, seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), e.getMessage(), e);
        }
    }

    /** A step's network in the width asked for. */
    RoadmapNetwork scaled(RoadmapStep step) {
        try {
            return step.network().scaled(scale);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), e.getMessage(), e);
        }
    }
}
