package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** A model that begins on the kernels of the first calls and goes over to the compiled ones. */
class WarmUpTest {
    private static final float LOGITS = 1e-5f;
    private static final Path TOY = Goldens.resource("toy/facebook.safetensors");
    private static final Path EXPECTED = Goldens.resource("toy/expected.safetensors");

    @Test
    void logitsAreRightBeforeDuringAndAfter() throws InterruptedException {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.AUTO, 2);
                ConvNeXt model = ConvNeXt.load(TOY, engine)) {
            Tensor input = Goldens.tensor(EXPECTED, "x64.input", arena);
            float[] expected = Goldens.read(EXPECTED, "x64.logits");
            for (int call = 0; call < 50; call++) {
                assertClose(expected, model.logits(input), "call " + call);
            }
            model.warmUp();
            assertClose(expected, model.logits(input), "after warmUp");
            model.warmUp();
        }
    }

    @Test
    void closingWhileItWarmsUpIsSafe() {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.AUTO, 2)) {
            Tensor input = Goldens.tensor(EXPECTED, "x64.input", arena);
            for (int round = 0; round < 5; round++) {
                ConvNeXt model = ConvNeXt.load(TOY, engine);
                model.logits(input);
                model.close();
                model.close();
                assertThrows(IllegalStateException.class, () -> model.logits(input));
                assertThrows(IllegalStateException.class, model::warmUp);
            }
        }
    }

    private static void assertClose(float[] expected, float[] actual, String when) {
        float difference = Goldens.largestDifference(expected, actual);
        assertTrue(difference <= LOGITS, when + ": largest difference " + difference);
    }
}
