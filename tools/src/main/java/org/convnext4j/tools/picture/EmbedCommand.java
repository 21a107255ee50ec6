package org.convnext4j.tools.picture;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.tools.option.FileConverters;
import org.convnext4j.tools.option.ModelOptions;
import org.convnext4j.tools.option.NamedFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code convnext embed}: from pictures to vectors. */
@Command(
        name = "embed",
        description = {
            "Writes the embedding of each picture: the vector that the classifier takes.",
            "Folders are walked. Any number of pictures is done in batches, decoded ahead; what could not be read is listed"
                    + " at the end, and the exit code is 1. --resume goes on with a run that was cut off."
        })
public final class EmbedCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions options = new ModelOptions();

    @Mixin
    private PictureOptions pictures = new PictureOptions();

    @Mixin
    private BulkOptions bulk = new BulkOptions();

    @Option(
            names = "--npy",
            paramLabel = "FILE",
            converter = FileConverters.Npy.class,
            description =
                    "Write the vectors to FILE as NumPy does, float32 (N, C), and to FILE.jsonl the pictures' names,"
                            + " a JSON object for each row. FILE.model.json tells similar --index which model it was.")
    private @Nullable Path npy;

    @Mixin
    private NamedFiles named = new NamedFiles();

    private List<Path> images = List.of();

    @Override
    public Integer call() {
        bulk.useNpy(npy);
        bulk.requireFile();
        images = named.all();
        try (Engine engine = options.openSteadyEngine();
                ConvNeXt model = options.load(engine)) {
            PictureRun.requirePictures(model, options.model());
            if (npy != null) {
                bulk.useOrigin(pictures.origin(model, options.model()));
            }
            return bulk.run(
                    pictures.preparation(model),
                    images,
                    options.threads(),
                    new EmbeddingRows(model.config().embeddingSize()),
                    batch -> model.embedding(batch.input()));
        }
    }
}
