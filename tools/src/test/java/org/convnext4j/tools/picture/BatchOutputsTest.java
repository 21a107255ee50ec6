package org.convnext4j.tools.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.bulk.PictureBatch;
import org.junit.jupiter.api.Test;

class BatchOutputsTest {
    @Test
    void aPictureWhoseOutputIsNoNumberIsAFailureOfItsOwn() {
        List<Path> files = List.of(Path.of("a"), Path.of("b"), Path.of("c"), Path.of("d"));
        float[] values = {1, 2, Float.NaN, 3, 4, 5, 6, Float.NEGATIVE_INFINITY};
        try (Arena arena = Arena.ofConfined()) {
            PictureBatch batch = new PictureBatch(files, Tensor.allocate(arena, 4, 3, 1, 1));
            BatchOutputs outputs = BatchOutputs.of(batch, values);
            assertEquals(List.of(Path.of("a"), Path.of("c")), outputs.images());
            assertArrayEquals(new float[] {1, 2, 4, 5}, outputs.values());
            assertEquals(
                    List.of(Path.of("b"), Path.of("d")),
                    outputs.unusable().stream().map(one -> one.path()).toList());
            String message = String.valueOf(outputs.unusable().get(0).problem().getMessage());
            assertTrue(message.startsWith("b: the network's output has NaN"), message);
        }
    }
}
