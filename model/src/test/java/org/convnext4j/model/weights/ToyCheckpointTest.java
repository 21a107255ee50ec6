package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToyCheckpointTest {
    @ParameterizedTest
    @CsvSource({
        "facebook.safetensors, FACEBOOK",
        "facebook.pth, FACEBOOK",
        "facebook-legacy.pth, FACEBOOK",
        "timm.safetensors, TIMM",
        "torchvision.safetensors, TORCHVISION",
        "huggingface.safetensors, HUGGINGFACE",
        "pytorch_model.bin, HUGGINGFACE"
    })
    void everyFileHoldsTheFormulaBitForBit(String name, Layout layout) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(Toy.file(name))) {
            assertEquals(layout, checkpoint.layout());
            // The config.json beside all of them is Hugging Face's, whose code alone has its head's epsilon.
            double headEps = layout == Layout.HUGGINGFACE ? 1e-12 : 1e-6;
            assertEquals(Toy.CONFIG.withHeadNormEps(headEps), checkpoint.config());
            assertEquals(Set.of(DType.F32), checkpoint.dtypes());
            assertEquals(Toy.formulaBits(Toy.CONFIG), Toy.bits(checkpoint.weights()));
        }
    }

    @Test
    void halvesAreTheFormulaRounded() {
        Map<String, List<Integer>> exact = Toy.formulaBits(Toy.CONFIG);
        try (ConvNeXtCheckpoint half = ConvNeXtCheckpoint.read(Toy.file("facebook-f16.safetensors"));
                ConvNeXtCheckpoint brain = ConvNeXtCheckpoint.read(Toy.file("facebook-bf16.safetensors"))) {
            assertEquals(Set.of(DType.F16), half.dtypes());
            assertEquals(Set.of(DType.BF16), brain.dtypes());
            assertEquals(Toy.CONFIG, half.config());
            Map<String, List<Integer>> halves = Toy.bits(half.weights());
            Map<String, List<Integer>> brains = Toy.bits(brain.weights());
            assertEquals(exact.keySet(), halves.keySet());
            exact.forEach((name, bits) -> {
                for (int i = 0; i < bits.size(); i++) {
                    float value = Float.intBitsToFloat(bits.get(i));
                    float rounded = Float.float16ToFloat(Float.floatToFloat16(value));
                    assertEquals(Float.floatToRawIntBits(rounded), value(halves, name, i));
                    assertEquals(FloatConversion.toBFloat16(value) << 16, value(brains, name, i));
                }
            });
        }
    }

    private static int value(Map<String, List<Integer>> bits, String name, int index) {
        return Objects.requireNonNull(bits.get(name), name).get(index);
    }

    @Test
    void theFormulaInputIsTheGoldenOne() {
        try (Checkpoint expected = Checkpoint.open(Toy.file("expected.safetensors"));
                Arena arena = Arena.ofConfined()) {
            TensorEntry golden = expected.entries().stream()
                    .filter(entry ->
                            entry.name().equals("x64.input") || entry.name().equals("x64"))
                    .findFirst()
                    .orElseThrow();
            Tensor input = FormulaWeights.input(1, arena, 2, 3, 64, 64);
            assertEquals(-1, input.data().mismatch(golden.data()));
        }
    }

    @Test
    void formulaTensorsAreAlignedAndFollowTheSalt() {
        try (Arena arena = Arena.ofShared()) {
            ConvNeXtWeights weights = FormulaWeights.of(Toy.SMALL, 7, arena);
            weights.forEach((name, tensor) -> assertEquals(0, tensor.data().address() % Tensor.ALIGNMENT_BYTES, name));
            assertTrue(!Toy.bits(weights).equals(Toy.formulaBits(Toy.SMALL)));
        }
    }

    @Test
    void memorySharedAmongThreadsGetsTheSameFormula() {
        ConvNeXtConfig wide = ConvNeXtConfig.of(List.of(1, 1, 1, 1), List.of(8, 8, 8, 400), 5);
        try (Arena shared = Arena.ofShared()) {
            assertEquals(Toy.formulaBits(wide), Toy.bits(FormulaWeights.of(wide, 0, shared)));
        }
    }
}
