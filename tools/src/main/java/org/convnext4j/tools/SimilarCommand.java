package org.convnext4j.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.bulk.PictureBatch;
import org.convnext4j.model.bulk.Similarity;
import org.convnext4j.model.bulk.StreamOptions;
import org.convnext4j.model.bulk.Unusable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext similar}: the pictures most like a picture. */
@Command(
        name = "similar",
        description = {
            "Finds the pictures that are most like QUERY: the cosine of the angle between the embeddings, 1 at most.",
            "Folders are walked. A picture that cannot be read is reported at the end, and the exit code is 1."
        })
final class SimilarCommand implements Callable<Integer> {
    private static final int BATCH = 16;

    /** A picture and how like the query it is; the less like come first. */
    private record Hit(Path image, double similarity, long order) {
        static final Comparator<Hit> WORST_FIRST =
                Comparator.comparingDouble(Hit::similarity).thenComparing(Hit::order, Comparator.reverseOrder());
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private PictureOptions pictures = new PictureOptions();

    @Option(
            names = "--top",
            paramLabel = "K",
            defaultValue = "10",
            converter = Converters.Positive.class,
            description = "How many pictures to name. Default: ${DEFAULT-VALUE}.")
    private int top = 10;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "QUERY", description = PictureOptions.KIND)
    private @Nullable Path query;

    @Parameters(index = "1..*", paramLabel = "FOLDER", arity = "1..*", description = "Where to look: folders or files.")
    private List<Path> folders = new ArrayList<>();

    @Override
    public Integer call() {
        Path image = Objects.requireNonNull(query);
        pictures.requireInput(List.of(image));
        pictures.requireInput(folders);
        try (Engine engine = options.openEngine();
                ConvNeXt model = options.load(engine)) {
            PictureRun.requirePictures(model, options.model());
            float[] wanted = embedding(model, image);
            PriorityQueue<Hit> best = new PriorityQueue<>(Hit.WORST_FIRST);
            PictureRun run = new PictureRun("similar", folders, file -> true, err());
            StreamOptions stream = StreamOptions.of(BATCH, Math.max(1, options.threads() / 2));
            List<Unusable> unusable = StopOnSignal.endingWith(
                    () -> tellStopped(run),
                    () -> run.run(
                            pictures.preparation(model),
                            stream,
                            batch -> compare(model, batch, wanted, run.pictures(), best)));
            List<Hit> hits = new ArrayList<>(best);
            hits.sort(Hit.WORST_FIRST.reversed());
            print(image, hits);
            return report(unusable);
        }
    }

    private void tellStopped(PictureRun run) {
        err().println("note: stopped after " + run.pictures() + " pictures, of which nothing is kept; embed --npy FILE"
                + " keeps their vectors for similar --index FILE, and can be gone on with");
        err().flush();
    }

    private float[] embedding(ConvNeXt model, Path image) {
        try (Arena arena = Arena.ofConfined()) {
            float[] embedding = model.embedding(pictures.preparation(model).input(image, arena));
            if (!BatchOutputs.isFinite(embedding, 0, embedding.length)) {
                throw BatchOutputs.notFinite(image);
            }
            return embedding;
        }
    }

    private List<Unusable> compare(
            ConvNeXt model, PictureBatch batch, float[] wanted, long before, PriorityQueue<Hit> best) {
        BatchOutputs embeddings = BatchOutputs.of(batch, model.embedding(batch.input()));
        float[] one = new float[wanted.length];
        for (int n = 0; n < embeddings.images().size(); n++) {
            System.arraycopy(embeddings.values(), n * one.length, one, 0, one.length);
            best.add(new Hit(embeddings.images().get(n), Similarity.cosine(wanted, one), before + n));
            if (best.size() > top) {
                best.remove();
            }
        }
        return embeddings.unusable();
    }

    private void print(Path image, List<Hit> hits) {
        PrintWriter out = commandLine().getOut();
        if (json) {
            ObjectNode node = Json.object().put("query", image.toString());
            ArrayNode list = node.putArray("similar");
            hits.forEach(hit -> list.addObject()
                    .put(ResultFormat.IMAGE, hit.image().toString())
                    .put("cosine", hit.similarity()));
            out.println(Json.line(node));
        } else {
            hits.forEach(hit -> out.println(String.format(
                    Locale.ROOT,
                    "%7.4f  %s",
                    hit.similarity(),
                    Printable.cell(hit.image().toString()))));
        }
        out.flush();
    }

    private int report(List<Unusable> unusable) {
        boolean verbose = commandLine().getParseResult().hasMatchedOption(Main.VERBOSE);
        unusable.forEach(one -> Failures.report(one.problem(), spec().name(), verbose, err()));
        return unusable.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec);
    }

    private CommandLine commandLine() {
        return spec().commandLine();
    }

    private PrintWriter err() {
        return commandLine().getErr();
    }
}
