package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.train.Parameters;
import org.convnext4j.model.train.TrainingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks as the trunk of others: pyramids, embeddings, output strides; and what they refuse. */
class BackboneTest {
    private static void assertRefused(Class<? extends RuntimeException> kind, Executable action, String part) {
        String message = String.valueOf(assertThrows(kind, action).getMessage());
        assertTrue(message.contains(part), message);
    }

    @Test
    void levelsComeInTheOrderAskedForWithChannelsAndStrides() {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                ConvNeXt model = ConvNeXt.load(Families.file("backbone_huggingface"), engine)) {
            Tensor input = Families.input("backbone_huggingface", arena);
            List<PyramidLevel> levels = model.pyramid(input, List.of(3, 0, 2), false, arena);
            assertEquals(
                    List.of(3, 0, 2), levels.stream().map(PyramidLevel::stage).toList());
            assertEquals(
                    List.of(48, 16, 32),
                    levels.stream().map(PyramidLevel::channels).toList());
            assertEquals(
                    List.of(32, 4, 16),
                    levels.stream().map(PyramidLevel::stride).toList());
            for (PyramidLevel level : levels) {
                assertEquals(
                        List.of(2, level.channels(), 96 / level.stride(), 64 / level.stride()),
                        level.map().shape().dims());
            }
            // The plain maps are those of a forward pass, and not the normed ones.
            Tensor stage2 = Objects.requireNonNull(
                    model.forward(input, EnumSet.of(Output.STAGE2), arena).get(Output.STAGE2));
            assertArrayEquals(stage2.toArray(), levels.get(2).map().toArray());
            Tensor normed = model.pyramid(input, List.of(2), true, arena).get(0).map();
            assertTrue(Goldens.largestDifference(stage2.toArray(), normed.toArray()) > 0.01f);
        }
    }

    @Test
    void whatANetworkHasNotIsRefused() {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 1);
                ConvNeXt headless = ConvNeXt.load(Families.file("headless"), engine);
                ConvNeXt isotropic = ConvNeXt.load(Families.file("isotropic"), engine)) {
            Tensor input = Families.input("headless", arena);
            Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
            assertRefused(wrong, () -> headless.logits(input), "does not give logits; it gives stage0");
            assertRefused(wrong, () -> headless.pyramid(input, List.of(0), true, arena), "take the map without");
            assertRefused(wrong, () -> headless.pyramid(input, List.of(4), false, arena), "its stages are 0 to 3");
            assertRefused(wrong, () -> headless.pyramid(input, List.of(-1), false, arena), "no stage -1");
            assertRefused(wrong, () -> isotropic.forward(input, Set.of(Output.STAGE1), arena), "does not give stage1");
            assertRefused(ModelException.class, headless::labels, "has no classifier");
            assertRefused(ModelException.class, () -> headless.predictions(new float[1], 1), "has no classifier");
            // Before the picture is looked for.
            assertRefused(
                    ModelException.class, () -> headless.classify(Path.of("nowhere.png"), 1), "has no classifier");
            RgbImage pixel = new RgbImage(1, 1, new byte[3]);
            assertRefused(ModelException.class, () -> headless.classify(pixel, 1), "has no classifier");
            assertEquals(2 * 48, headless.embedding(input).length);
            assertEquals(Set.of(Output.STAGE0, Output.EMBEDDING, Output.LOGITS), Output.of(isotropic.config()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void theOutputStrideIsALoadOption(int stride) {
        // The file alone: what timm had in its constructor comes from the caller here.
        String name = "stride" + stride;
        LoadOptions options = LoadOptions.DEFAULT.withOutputStride(stride);
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, 2);
                ConvNeXt model = ConvNeXt.load(Families.file(name), options.withEngine(engine))) {
            PyramidLevel last = model.pyramid(Families.input(name, arena), List.of(3), false, arena)
                    .get(0);
            assertEquals(stride, last.stride());
            assertEquals(
                    List.of(2, 48, 96 / stride, 64 / stride), last.map().shape().dims());
            float difference = Goldens.largestDifference(
                    Goldens.read(Families.EXPECTED, name + ".features"),
                    last.map().toArray());
            assertTrue(difference <= 1e-5f, "largest difference " + difference);
        }
    }

    @Test
    void aBiggerStrideAlsoTakesBackWhatTheConfigurationSays(@TempDir Path folder) {
        Path file = Families.withConfig("stride8", folder);
        try (Engine engine = Engine.create(Backend.VECTOR, 1);
                ConvNeXt model = ConvNeXt.load(file, engine);
                ConvNeXt plain = ConvNeXt.load(
                        file, LoadOptions.DEFAULT.withOutputStride(32).withEngine(engine))) {
            assertEquals(8, model.config().outputStride());
            assertEquals(32, plain.config().outputStride());
        }
    }

    @Test
    void onlyClassifiersAreTrained() {
        ConvNeXtConfig headless = ConvNeXtConfig.of(Variant.TINY).withClasses(0);
        assertRefused(
                TrainingException.class,
                () -> Parameters.allocate(headless, false).close(),
                "convnext-tiny without a classifier cannot be trained");
    }
}
