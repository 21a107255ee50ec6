package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The five published sizes at 224 pixels, under the formula weights, against float64 figures. */
@Tag("slow")
class VariantGoldenTest {
    /**
     * What float32 allows: PyTorch's own float32 run is up to 2.8e-6 off on these.
     */
    private static final float TOLERANCE = 2e-5f;

    private static final Path EXPECTED = Goldens.resource("variants.safetensors");

    @ParameterizedTest
    @CsvSource({
        "TINY, VECTOR",
        "TINY, OPENBLAS",
        "SMALL, VECTOR",
        "BASE, OPENBLAS",
        "LARGE, VECTOR",
        "XLARGE, VECTOR",
        "XLARGE, OPENBLAS"
    })
    void logitsAndEmbedding(Variant variant, Backend backend) {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(backend, 2);
                ConvNeXt model = model(variant, engine)) {
            Tensor input = FormulaWeights.input(0, arena, 1, 3, 224, 224);
            Map<Output, Tensor> outputs = model.forward(input, EnumSet.of(Output.LOGITS, Output.EMBEDDING), arena);
            for (Map.Entry<Output, Tensor> output : outputs.entrySet()) {
                String name = variant.label() + "." + output.getKey().label();
                float[] expected = Goldens.read(EXPECTED, name);
                float difference =
                        Goldens.largestDifference(expected, output.getValue().toArray());
                assertTrue(difference <= TOLERANCE, name + " on " + backend + ": largest difference " + difference);
            }
        }
    }

    private static ConvNeXt model(Variant variant, Engine engine) {
        try (Arena weights = Arena.ofShared()) {
            ConvNeXtConfig config = ConvNeXtConfig.of(variant);
            return ConvNeXt.of(config, FormulaWeights.of(config, 0, weights), engine);
        }
    }
}
