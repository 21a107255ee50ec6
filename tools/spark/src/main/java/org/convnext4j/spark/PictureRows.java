package org.convnext4j.spark;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Output;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.image.RgbImage;

/**
 * One task's part of the pictures, as rows of the result, computed a batch at a time as they are asked for. A picture that
 * cannot be read becomes a row that says why.
 */
final class PictureRows implements Iterator<Row> {
    /** What a row says. */
    static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType, false)
            .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), true)
            .add("index", DataTypes.IntegerType, true)
            .add("label", DataTypes.StringType, true)
            .add("probability", DataTypes.FloatType, true)
            .add("error", DataTypes.StringType, true);

    private static final int CHANNELS = 3;

    private final ConvNeXt model;
    private final int batchSize;
    private final Iterator<Row> files;
    private final ImageReader reader = new ImageReader();
    private final Set<Output> wanted;
    private final Queue<Row> ready = new ArrayDeque<>();

    /** @param files rows of a path and the file's bytes */
    PictureRows(ConvNeXt model, int batchSize, Iterator<Row> files) {
        this.model = model;
        this.batchSize = batchSize;
        this.files = files;
        this.wanted = model.config().classes() > 0
                ? EnumSet.of(Output.EMBEDDING, Output.LOGITS)
                : EnumSet.of(Output.EMBEDDING);
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && files.hasNext()) {
            fill();
        }
        return !ready.isEmpty();
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the pictures have ended");
        }
        return ready.remove();
    }

    private void fill() {
        List<String> paths = new ArrayList<>();
        List<RgbImage> pictures = new ArrayList<>();
        while (pictures.size() < batchSize && files.hasNext()) {
            Row file = files.next();
            String path = file.getString(0);
            try {
                RgbImage decoded = reader.read(file.<byte[]>getAs(1), path);
                pictures.add(model.preprocessor().toPicture(decoded));
                paths.add(path);
            } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
                String problem = String.valueOf(PictureFailures.of(path, e).getMessage());
                ready.add(RowFactory.create(path, null, null, null, null, problem));
            }
        }
        if (!pictures.isEmpty()) {
            run(paths, pictures);
        }
    }

    private void run(List<String> paths, List<RgbImage> pictures) {
        int n = pictures.size();
        try (Arena arena = Arena.ofShared()) {
            Tensor input = Tensor.allocate(
                    arena,
                    n,
                    CHANNELS,
                    model.preprocessor().height(),
                    model.preprocessor().width());
            for (int i = 0; i < n; i++) {
                model.preprocessor().normalise(pictures.get(i), input, i);
            }
            Map<Output, Tensor> outputs = model.forward(input, wanted, arena);
            float[] embeddings =
                    Objects.requireNonNull(outputs.get(Output.EMBEDDING)).toArray();
            Tensor scores = outputs.get(Output.LOGITS);
            float[] logits = scores == null ? new float[0] : scores.toArray();
            for (int i = 0; i < n; i++) {
                ready.add(row(paths.get(i), part(embeddings, i, n), part(logits, i, n)));
            }
        }
    }

    private Row row(String path, float[] embedding, float[] logits) {
        if (logits.length == 0) {
            return RowFactory.create(path, embedding, null, null, null, null);
        }
        Prediction best = model.predictions(logits, 1).get(0);
        return RowFactory.create(path, embedding, best.index(), best.label(), best.probability(), null);
    }

    private static float[] part(float[] values, int i, int n) {
        int length = values.length / n;
        float[] part = new float[length];
        System.arraycopy(values, i * length, part, 0, length);
        return part;
    }
}
