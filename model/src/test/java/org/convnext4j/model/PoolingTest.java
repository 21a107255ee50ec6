package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.explain.ClassActivationMap;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads that do not pool by the mean, against a head in double precision on the same map. */
class PoolingTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"max, SCALAR", "max, OPENBLAS", "avgmax, SCALAR", "avgmax, VECTOR", "avg, SCALAR"})
    void theHeadPoolsAsTheConfigurationSays(String pooling, Backend backend) throws IOException {
        Path file = Files.copy(ToyModels.file("timm.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"architecture\":\"convnext_own\",\"model_args\":{\"global_pool\":\"" + pooling + "\"}}");
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(backend, 2);
                ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file);
                ConvNeXt model = ConvNeXt.load(file, engine)) {
            Map<Output, Tensor> outputs = model.forward(
                    ToyModels.input("x64", arena), EnumSet.of(Output.STAGE3, Output.EMBEDDING, Output.LOGITS), arena);
            Tensor map = Objects.requireNonNull(outputs.get(Output.STAGE3));
            ConvNeXtWeights head = checkpoint.weights();
            float[] logits = Objects.requireNonNull(outputs.get(Output.LOGITS)).toArray();
            double largest = 0;
            for (int n = 0; n < map.dim(0); n++) {
                double[] expected = logits(head, map, n, pooling);
                for (int k = 0; k < expected.length; k++) {
                    largest = Math.max(largest, Math.abs(expected[k] - logits[n * expected.length + k]));
                }
            }
            assertTrue(largest < 1e-5, "largest difference " + largest);
            boolean average = pooling.equals("avg");
            assertEquals(average, ClassActivationMap.isOf(model.config().plan()));
            if (!average) {
                assertFalse(model.config().design().isPapers());
                assertThrows(
                        ModelException.class,
                        () -> ClassActivationMap.byGradient(
                                model.config().plan(), head, Tensor.allocate(arena, 1, 72, 2, 2), 0));
            }
        }
    }

    private static double[] logits(ConvNeXtWeights head, Tensor map, int n, String pooling) {
        int channels = map.dim(1);
        int pixels = map.dim(2) * map.dim(3);
        double[] pooled = new double[channels];
        double centre = 0;
        for (int c = 0; c < channels; c++) {
            double mean = 0;
            double max = Double.NEGATIVE_INFINITY;
            for (int p = 0; p < pixels; p++) {
                double x = map.get(((long) n * channels + c) * pixels + p);
                mean += x / pixels;
                max = Math.max(max, x);
            }
            pooled[c] = pooling.equals("avg") ? mean : pooling.equals("max") ? max : (mean + max) / 2;
            centre += pooled[c] / channels;
        }
        double variance = 0;
        for (double x : pooled) {
            variance += (x - centre) * (x - centre) / channels;
        }
        double[] logits = new double[head.tensor("head.bias").dim(0)];
        for (int k = 0; k < logits.length; k++) {
            logits[k] = head.tensor("head.bias").get(k);
            for (int c = 0; c < channels; c++) {
                double normed = (pooled[c] - centre)
                                / Math.sqrt(variance + 1e-6)
                                * head.tensor("norm.weight").get(c)
                        + head.tensor("norm.bias").get(c);
                logits[k] += normed * head.tensor("head.weight").get((long) k * channels + c);
            }
        }
        return logits;
    }

    @ParameterizedTest
    @CsvSource({"SOFTMAX, 0.24472848 0.66524094 0.09003057", "SIGMOID, 0.7310586 0.880797 0.5"})
    void probabilities(Probability probability, String expected) {
        float[] actual = probability.of(new float[] {1, 2, 0});
        List<String> words = List.of(expected.split(" "));
        for (int k = 0; k < actual.length; k++) {
            assertEquals(Float.parseFloat(words.get(k)), actual[k], 1e-7f);
        }
        assertTrue(Float.isFinite(probability.of(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE})[1]));
    }
}
