package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.CheckpointWriter;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.FormulaWeights;
import org.convnext4j.model.weights.Layout;
import org.convnext4j.tools.output.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network whose logits are too large for float32 names no class, and no JSON has a NaN. */
class OverflowTest {
    @TempDir
    private Path folder;

    private Path model() {
        ConvNeXtConfig config = ConvNeXtConfig.of(List.of(1, 1, 1, 1), List.of(4, 4, 4, 4), 3);
        Path file = folder.resolve("model.safetensors");
        try (Arena arena = Arena.ofShared()) {
            ConvNeXtWeights weights = FormulaWeights.of(config, 0, arena);
            Tensor linear = weights.tensor("head.weight");
            for (long i = 0; i < linear.elements(); i++) {
                linear.set(i, 3e38f);
            }
            for (int c = 0; c < 4; c++) {
                weights.tensor("norm.weight").set(c, 100);
            }
            CheckpointWriter.write(file, config, weights, Layout.TIMM, DType.F32, Map.of());
        }
        return file;
    }

    @Test
    void everyPictureIsAnError() throws IOException {
        Path model = model();
        Path picture = Cli.image("china.jpg");
        Cli.Result printed = Cli.run("classify", "--json", "--model", model, picture);
        assertEquals(1, printed.code());
        assertEquals("", printed.out());
        assertTrue(printed.complaint().contains("china.jpg: the logit of class"), printed.err());
        Path results = folder.resolve("results.jsonl");
        Cli.Result bulk = Cli.run("classify", "--model", model, "--jsonl", results, picture);
        assertEquals(1, bulk.code());
        assertEquals("", Files.readString(results));
        assertTrue(bulk.err().contains("0 pictures done, 1 could not be used"), bulk.err());
        assertTrue(bulk.err().contains("china.jpg: the network's output has NaN or infinite numbers"), bulk.err());
    }

    @Test
    void jsonHasNullForWhatIsNoNumber() {
        assertEquals(
                "{\"a\":null,\"b\":null,\"c\":1.5}",
                Json.line(Json.object()
                        .put("a", Double.NaN)
                        .put("b", Float.POSITIVE_INFINITY)
                        .put("c", 1.5f)));
        assertTrue(Json.pretty(Json.object().put("a", Double.NaN)).contains("\"a\" : null"));
    }
}
