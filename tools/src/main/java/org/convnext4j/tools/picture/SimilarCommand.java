package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.bulk.FiniteValues;
import org.convnext4j.model.bulk.PictureBatch;
import org.convnext4j.model.bulk.Similarity;
import org.convnext4j.model.bulk.StreamOptions;
import org.convnext4j.model.bulk.Unusable;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.option.Failures;
import org.convnext4j.tools.option.ModelOptions;
import org.convnext4j.tools.option.NumberConverters;
import org.convnext4j.tools.option.StopOnSignal;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Printable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convnext similar}: the pictures most like a picture. */
@Command(
        name = "similar",
        description = {
            "Finds the pictures that are most like QUERY: the cosine of the angle between the embeddings, 1 at most.",
            "Folders are walked. A picture that cannot be read is reported at the end, and the exit code is 1.",
            "With --index nothing is embedded but the queries: the vectors of the others are read from a file."
        })
public final class SimilarCommand implements Callable<Integer> {
    private static final int BATCH = 16;

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
            converter = NumberConverters.Positive.class,
            description = "How many pictures to name. Default: ${DEFAULT-VALUE}.")
    private int top = 10;

    @Option(names = "--json", description = "Print a JSON object for each query, on a line.")
    private boolean json;

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "Look among the vectors that embed --npy FILE wrote, instead of in folders; all files named"
                    + " are queries then. The model and preprocessing must be those that made them, which FILE.model.json"
                    + " tells, or else a few of the pictures.")
    private @Nullable Path index;

    @Parameters(index = "0", paramLabel = "QUERY", description = PictureOptions.KIND)
    private @Nullable Path query;

    @Parameters(
            index = "1..*",
            paramLabel = "FOLDER",
            arity = "0..*",
            description = "Where to look: folders or files; with --index, more queries.")
    private List<Path> others = new ArrayList<>();

    @Override
    public Integer call() {
        Path first = Objects.requireNonNull(query);
        if (index == null && others.isEmpty()) {
            throw new ParameterException(
                    commandLine(), "missing FOLDER: where to look; or give --index FILE, which embed --npy wrote");
        }
        pictures.requireInput(List.of(first));
        pictures.requireInput(others);
        try (Engine engine = options.openEngine();
                ConvNeXt model = options.load(engine)) {
            PictureRun.requirePictures(model, options.model());
            return index == null ? lookInFolders(model, first) : lookInIndex(model, index, first);
        }
    }

    private int lookInFolders(ConvNeXt model, Path image) {
        float[] wanted = embedding(model, image);
        SimilarHits best = new SimilarHits(top);
        PictureRun run = new PictureRun("similar", others, file -> true, err());
        StreamOptions stream = StreamOptions.of(BATCH, Math.max(1, options.threads() / 2));
        List<Unusable> unusable = StopOnSignal.endingWith(
                () -> tellStopped(run),
                () -> run.run(
                        pictures.preparation(model),
                        stream,
                        batch -> compare(model, batch, wanted, run.pictures(), best)));
        print(image, best.bestFirst());
        unusable.forEach(one -> Failures.report(one.problem(), commandLine()));
        return unusable.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private int lookInIndex(ConvNeXt model, Path file, Path first) {
        List<Path> images = new ArrayList<>();
        List<float[]> wanted = new ArrayList<>();
        List<ModelException> failures = new ArrayList<>();
        List<Path> queries = new ArrayList<>(List.of(first));
        queries.addAll(others);
        try (SimilarIndex vectors = SimilarIndex.open(file)) {
            vectors.note().ifPresent(note -> err().println("note: " + note));
            vectors.requireChannels(options.model(), model.config().embeddingSize());
            Optional<VectorOrigin> origin = VectorOrigin.read(file);
            origin.ifPresent(made -> made.require(file, pictures.origin(model, options.model())));
            if (origin.isEmpty() && !vectors.requireOf(options.model(), image -> embedding(model, image))) {
                err().println("note: " + file + ": none of its pictures looked at can be read here, so whether "
                        + options.model() + " made the vectors is not known");
            }
            for (Path image : queries) {
                try {
                    wanted.add(embedding(model, image));
                    images.add(image);
                } catch (ModelException e) {
                    failures.add(e);
                }
            }
            List<SimilarHits> hits = vectors.search(wanted, top);
            for (int q = 0; q < images.size(); q++) {
                if (!json && queries.size() > 1) {
                    commandLine().getOut().println(Printable.cell(images.get(q).toString()));
                }
                print(images.get(q), hits.get(q).bestFirst());
            }
        }
        failures.forEach(failure -> Failures.report(failure, commandLine()));
        return failures.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void tellStopped(PictureRun run) {
        err().println("note: stopped after " + Wording.count(run.pictures(), "picture")
                + ", of which nothing is kept; embed --npy FILE"
                + " keeps their vectors for similar --index FILE, and can be gone on with");
        err().flush();
    }

    private float[] embedding(ConvNeXt model, Path image) {
        try (Arena arena = Arena.ofConfined()) {
            float[] embedding = model.embedding(pictures.preparation(model).input(image, arena));
            if (!FiniteValues.areFinite(embedding, 0, embedding.length)) {
                throw FiniteValues.notFinite(image.toString());
            }
            return embedding;
        }
    }

    private static List<Unusable> compare(
            ConvNeXt model, PictureBatch batch, float[] wanted, long before, SimilarHits best) {
        BatchOutputs embeddings = BatchOutputs.of(batch, model.embedding(batch.input()));
        float[] one = new float[wanted.length];
        for (int n = 0; n < embeddings.images().size(); n++) {
            System.arraycopy(embeddings.values(), n * one.length, one, 0, one.length);
            best.add(embeddings.images().get(n).toString(), Similarity.cosine(wanted, one), before + n);
        }
        return embeddings.unusable();
    }

    private void print(Path image, List<SimilarHits.Hit> hits) {
        PrintWriter out = commandLine().getOut();
        if (json) {
            ObjectNode node = Json.object().put("query", image.toString());
            ArrayNode list = node.putArray("similar");
            hits.forEach(
                    hit -> list.addObject().put(ResultFormat.IMAGE, hit.image()).put("cosine", hit.similarity()));
            out.println(Json.line(node));
        } else {
            hits.forEach(hit -> out.println(
                    String.format(Locale.ROOT, "%7.4f  %s", hit.similarity(), Printable.cell(hit.image()))));
        }
        out.flush();
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private PrintWriter err() {
        return commandLine().getErr();
    }
}
