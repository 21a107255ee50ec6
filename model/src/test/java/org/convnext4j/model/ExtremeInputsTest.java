package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures far beyond any: a network gives the logits of the reference, or none, but no others. */
class ExtremeInputsTest {
    private static final ConvNeXtConfig TOY = ConvNeXtConfig.of(List.of(1, 2, 1, 1), List.of(16, 24, 40, 72), 10);
    private static final List<Float> SCALES =
            List.of(1e-40f, 1e6f, 1e18f, 1e19f, 3e19f, 1e25f, 1e30f, 1e36f, 1e38f, 2e38f);

    private static Map<Float, float[]> logits(Backend backend) {
        Map<Float, float[]> logits = new TreeMap<>();
        try (Engine engine = Engine.create(backend, 1);
                Arena arena = Arena.ofShared();
                ConvNeXt model = ConvNeXt.of(TOY, FormulaWeights.of(TOY, 0, arena), engine)) {
            for (float scale : SCALES) {
                Tensor in = FormulaWeights.input(0, arena, 1, 3, 32, 32);
                for (long i = 0; i < in.elements(); i++) {
                    in.set(i, in.get(i) * scale);
                }
                logits.put(scale, model.logits(in));
            }
            for (float stranger : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                Tensor in = FormulaWeights.input(0, arena, 1, 3, 32, 32);
                in.set(100, stranger);
                logits.put(stranger, model.logits(in));
            }
        }
        return logits;
    }

    @ParameterizedTest
    @EnumSource(value = Backend.class, names = "SCALAR", mode = EnumSource.Mode.EXCLUDE)
    void largePicturesHaveTheLogitsOfTheReferenceOrNone(Backend backend) {
        Map<Float, float[]> expected = logits(Backend.SCALAR);
        logits(backend).forEach((scale, actual) -> {
            float[] reference = expected.get(scale);
            boolean finite = true;
            for (float value : actual) {
                finite &= Float.isFinite(value);
            }
            if (finite) {
                assertArrayEquals(reference, actual, 2e-4f, backend + " at " + scale);
            } else {
                assertEquals(false, scale <= 1e30f, backend + " at " + scale + " has no logits");
            }
            assertFalse(finite && !Float.isFinite(scale), backend + " at " + scale);
        });
    }
}
