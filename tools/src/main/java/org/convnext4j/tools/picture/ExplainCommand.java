package org.convnext4j.tools.picture;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Explanation;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.explain.ClassActivationMap;
import org.convnext4j.model.explain.ExplainOptions;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.image.Labels;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.option.LabelOptions;
import org.convnext4j.tools.option.ModelOptions;
import org.convnext4j.tools.output.PngFile;
import org.convnext4j.tools.output.Printable;
import org.convnext4j.tools.output.StandardStreams;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext explain}: where in the picture the evidence for a class is. */
@Command(
        name = "explain",
        description = {
            "Draws where in a picture the evidence for a class is.",
            "OUT.png is the picture as the network sees it, with the class-activation map over it: clear where a place"
                    + " speaks for the class, dark where it does not. The map is that of the last stage, whose channels count"
                    + " with the gradient of the class's score (Grad-CAM), or with the weights of the head. The mean over"
                    + " it, plus one number for the picture, is the score; one place alone is an approximation."
        })
public final class ExplainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private LabelOptions labels = new LabelOptions();

    @Mixin
    private PictureOptions pictures = new PictureOptions();

    @Option(
            names = "--class",
            paramLabel = "CLASS",
            description = "Which class: its name, where case and punctuation do not matter and one of several names is"
                    + " enough, or its number, as classify prints it in brackets. Default: the most probable.")
    private @Nullable String className;

    /** Where the channels' weights come from. */
    private enum Method {
        GRADCAM(ExplainOptions.Method.GRADIENT),
        HEAD(ExplainOptions.Method.HEAD);

        private final ExplainOptions.Method inModel;

        Method(ExplainOptions.Method inModel) {
            this.inModel = inModel;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "gradcam: by the score's gradient, for every network with a classifier; head: by the head's"
                    + " weights, for the paper's head. Default: gradcam.")
    private Method method = Method.GRADCAM;

    @Parameters(index = "0", paramLabel = "IMAGE", description = PictureOptions.KIND)
    private @Nullable Path image;

    @Parameters(
            index = "1",
            paramLabel = "OUT.png",
            converter = FileConverters.PngOrOutput.class,
            description = "The PNG to write, replaced if it is there; - is standard output.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        Path in = Objects.requireNonNull(image);
        Path out = Objects.requireNonNull(output);
        PngFile.requireOther(in, out);
        pictures.requireInput(List.of(in));
        PngFile.requireNoTerminal(out, commandLine());
        ModelFiles files = options.files();
        try (Engine engine = options.openEngine();
                ConvNeXt model = ConvNeXt.load(
                        files, pictures.addTo(labels.addTo(options.design())).withEngine(engine))) {
            PictureRun.requirePictures(model, options.model());
            // Before any picture, one error for a network without a classifier.
            Labels labels = model.labels();
            if (method == Method.HEAD && !ClassActivationMap.isOf(model.config().plan())) {
                throw new ToolException(options.model() + ": has another head than the paper's (mean, LayerNorm,"
                        + " classifier), and --method head is of that one alone; leave it out for Grad-CAM");
            }
            explain(
                    model,
                    className == null
                            ? OptionalInt.empty()
                            : OptionalInt.of(ClassChoice.of(className, labels, options.model())));
        }
        return ExitCode.OK;
    }

    private void explain(ConvNeXt model, OptionalInt wanted) {
        ExplainOptions what = wanted.isPresent() ? ExplainOptions.ofClass(wanted.getAsInt()) : ExplainOptions.DEFAULT;
        Explanation explanation =
                model.explain(pictures.picture(Objects.requireNonNull(image)), what.withMethod(method.inModel));
        Path target = Objects.requireNonNull(output);
        PngFile.write(target, explanation.overlay(), StandardStreams.of(commandLine()));
        boolean toOutput = StandardStreams.areMeant(target);
        Prediction prediction = explanation.prediction();
        ClassActivationMap map = explanation.map();
        PrintWriter out = toOutput ? commandLine().getErr() : commandLine().getOut();
        out.println(String.format(
                Locale.ROOT,
                (toOutput ? "note: " : "") + "%.2f %%  %s  [%d]: %d x %d places, %.3f to %.3f",
                100 * prediction.probability(),
                Printable.cell(prediction.label()),
                prediction.index(),
                map.width(),
                map.height(),
                map.least(),
                map.most()));
        out.flush();
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
