package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.convnext4j.model.design.ConvNeXtConfig;

/** The golden toy model, and a far smaller one for tests that write many files. */
final class Toy {
    static final ConvNeXtConfig CONFIG = ConvNeXtConfig.of(List.of(1, 2, 3, 1), List.of(16, 24, 40, 72), 10);
    static final ConvNeXtConfig SMALL = ConvNeXtConfig.of(List.of(1, 1, 2, 1), List.of(2, 3, 2, 4), 3);

    private Toy() {}

    static Path file(String name) {
        URL url = Objects.requireNonNull(Toy.class.getResource("/org/convnext4j/model/toy/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every value by facebook name, in the order of the state dict. */
    static Map<String, List<Integer>> bits(ConvNeXtWeights weights) {
        Map<String, List<Integer>> bits = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> {
            Integer[] values = new Integer[Math.toIntExact(tensor.elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.floatToRawIntBits(tensor.get(i));
            }
            bits.put(name + tensor.shape(), List.of(values));
        });
        return bits;
    }

    /** The bits of formula weights with salt 0. */
    static Map<String, List<Integer>> formulaBits(ConvNeXtConfig config) {
        try (Arena arena = Arena.ofConfined()) {
            return bits(FormulaWeights.of(config, 0, arena));
        }
    }

    /** Writes the small model's formula weights as safetensors. */
    static Path writeSmall(Path file, Layout layout) {
        try (Arena arena = Arena.ofConfined()) {
            CheckpointWriter.write(file, SMALL, FormulaWeights.of(SMALL, 0, arena), layout, DType.F32, Map.of());
        }
        return file;
    }
}
