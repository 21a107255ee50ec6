package org.convnext4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.FormulaWeights;

/** The golden toy model: its files, its inputs and what it should say. */
final class ToyModels {
    static final ConvNeXtConfig CONFIG = ConvNeXtConfig.of(List.of(1, 2, 3, 1), List.of(16, 24, 40, 72), 10);
    static final Path EXPECTED = file("expected.safetensors");

    private ToyModels() {}

    static Path file(String name) {
        return Goldens.resource("toy/" + name);
    }

    static ConvNeXt load(String name, Engine engine) {
        return ConvNeXt.load(file(name), engine);
    }

    /** Float32, in no file's layout. */
    static ConvNeXt formula(Engine engine) {
        try (Arena weights = Arena.ofShared()) {
            return ConvNeXt.of(CONFIG, FormulaWeights.of(CONFIG, 0, weights), engine);
        }
    }

    /** The input of a golden case. */
    static Tensor input(String golden, Arena arena) {
        return golden.equals("x224")
                ? FormulaWeights.input(1, arena, 1, 3, 224, 224)
                : Goldens.tensor(EXPECTED, golden + ".input", arena);
    }

    static float[] expected(String name) {
        return Goldens.read(EXPECTED, name);
    }
}
