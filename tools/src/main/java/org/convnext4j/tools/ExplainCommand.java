package org.convnext4j.tools;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ClassActivationMap;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.ExplainOptions;
import org.convnext4j.model.Explanation;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.image.Picture;
import org.jspecify.annotations.Nullable;
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
final class ExplainCommand implements Callable<Integer> {
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
            paramLabel = "INDEX",
            description = "Which class, counted from 0, as classify prints it in brackets. Default: the most probable.")
    private @Nullable Integer classIndex;

    /** Where the channels' weights come from. */
    private enum Method {
        GRADCAM(ExplainOptions.Method.GRADIENT),
        HEAD(ExplainOptions.Method.HEAD);

        private final ExplainOptions.Method inModel;

        Method(ExplainOptions.Method inModel) {
            this.inModel = inModel;
        }
    }

    @Option(
            names = "--method",
            paramLabel = "NAME",
            description = "gradcam: by the score's gradient, for every network with a classifier; head: by the head's"
                    + " weights, for the paper's head. Default: gradcam.")
    private Method method = Method.GRADCAM;

    @Parameters(index = "0", paramLabel = "IMAGE", description = "A JPEG, PNG, GIF, BMP or WebP file.")
    private @Nullable Path image;

    @Parameters(
            index = "1",
            paramLabel = "OUT.png",
            converter = Converters.Png.class,
            description = "The PNG to write, replaced if it is there.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        PngFile.requireOther(Objects.requireNonNull(image), Objects.requireNonNull(output));
        ModelFiles files = options.files();
        try (Engine engine = options.openEngine();
                ConvNeXt model = ConvNeXt.load(
                        files, pictures.addTo(labels.addTo(options.design())).withEngine(engine))) {
            PictureRun.requirePictures(model, options.model());
            // Before any picture, one error for a network without a classifier.
            model.labels();
            if (method == Method.HEAD && !ClassActivationMap.isOf(model.config())) {
                throw new ToolException(options.model() + ": has another head than the paper's (mean, LayerNorm,"
                        + " classifier), and --method head is of that one alone; leave it out for Grad-CAM");
            }
            requireClass(model);
            explain(model);
        }
        return ExitCode.OK;
    }

    private void explain(ConvNeXt model) {
        ExplainOptions what = classIndex == null ? ExplainOptions.DEFAULT : ExplainOptions.ofClass(classIndex);
        Explanation explanation =
                model.explain(Picture.of(Objects.requireNonNull(image)), what.withMethod(method.inModel));
        PngFile.write(Objects.requireNonNull(output), explanation.overlay());
        Prediction prediction = explanation.prediction();
        ClassActivationMap map = explanation.map();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(String.format(
                Locale.ROOT,
                "%.2f %%  %s  [%d]: %d x %d places, %.3f to %.3f",
                100 * prediction.probability(),
                Printable.cell(prediction.label()),
                prediction.index(),
                map.width(),
                map.height(),
                map.least(),
                map.most()));
        out.flush();
    }

    private void requireClass(ConvNeXt model) {
        int classes = model.config().classes();
        if (classIndex != null && (classIndex < 0 || classIndex >= classes)) {
            throw new ToolException(
                    options.model() + ": has no class " + classIndex + "; its classes are 0 to " + (classes - 1));
        }
    }
}
