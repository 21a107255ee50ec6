package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.explain.ClassActivationMap;
import org.convnext4j.model.explain.ExplainOptions;
import org.convnext4j.model.explain.HeatMap;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.Picture;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.layers.Pooling;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of every kind, alone and in lists. The scalar backend gives the same bits alone and in a batch. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PictureModelTest {
    private static final Path CHINA = Goldens.resource("image/golden/china.jpg");
    private static final Path FLOWER = Goldens.resource("image/golden/flower.jpg");

    private final Engine engine = Engine.create(Backend.SCALAR, 2);
    private ConvNeXt model;

    @TempDir
    private Path folder;

    @BeforeAll
    void load() {
        model = ToyModels.load("timm.safetensors", engine);
    }

    @AfterAll
    void close() {
        model.close();
        engine.close();
    }

    private static RgbImage noise(long seed) {
        byte[] data = new byte[80 * 70 * 3];
        new SplittableRandom(seed).nextBytes(data);
        return new RgbImage(70, 80, data);
    }

    @Test
    void everySourceGivesWhatTheFileGives() throws IOException {
        List<Prediction> expected = model.classify(CHINA, 3);
        assertEquals(3, expected.size());
        byte[] bytes = Files.readAllBytes(CHINA);
        RgbImage pixels = new ImageReader().read(CHINA);
        BufferedImage java = pixels.toBufferedImage();
        assertEquals(expected, model.classify(Picture.of(bytes), 3));
        assertEquals(expected, model.classify(Picture.of(new ByteArrayInputStream(bytes)), 3));
        assertEquals(expected, model.classify(java, 3));
        assertEquals(expected, model.classify(pixels, 3));
        float[] embedding = model.embedding(CHINA);
        assertEquals(model.config().embeddingSize(), embedding.length);
        assertArrayEquals(embedding, model.embedding(java));
        try (Arena arena = Arena.ofConfined()) {
            assertArrayEquals(
                    model.embedding(model.preprocessor().toTensor(pixels, arena)), model.embedding(Picture.of(pixels)));
        }
        assertEquals(expected.get(0), model.explain(java).prediction());
        assertEquals(expected.get(0), model.explain(CHINA).prediction());
    }

    /** More than a batch; every seventh is broken in one way or another. */
    @Test
    void aListKeepsItsOrderAndOneFailureDoesNotEndTheOthers() throws IOException {
        Path noPicture = Files.writeString(folder.resolve("text.jpg"), "no picture");
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            switch (i % 14) {
                case 3 -> pictures.add(Picture.of(noPicture));
                case 10 -> pictures.add(Picture.of(new byte[] {1, 2, 3}));
                default -> pictures.add(Picture.of(noise(i)));
            }
        }
        List<Outcome<List<Prediction>>> outcomes = model.classify(pictures, 2);
        List<Outcome<float[]>> embeddings = model.embeddings(pictures);
        assertEquals(40, outcomes.size());
        for (int i = 0; i < 40; i++) {
            Outcome<List<Prediction>> outcome = outcomes.get(i);
            assertEquals(i, outcome.index());
            assertEquals(i, embeddings.get(i).index());
            if (i % 14 == 3 || i % 14 == 10) {
                String name = i % 14 == 3 ? noPicture.toString() : "picture " + i;
                assertEquals(name, outcome.picture());
                ModelException problem = outcome.failure().orElseThrow();
                assertTrue(String.valueOf(problem.getMessage()).startsWith(name + ": "), problem.getMessage());
                assertEquals(Optional.empty(), outcome.result());
                assertSame(problem, assertThrows(ImageException.class, outcome::orThrow));
                assertTrue(embeddings.get(i).failure().isPresent());
            } else {
                assertEquals(model.classify(noise(i), 2), outcome.orThrow(), "picture " + i);
                assertEquals(outcome.orThrow(), outcome.result().orElseThrow());
                assertEquals(Optional.empty(), outcome.failure());
                assertArrayEquals(
                        model.embedding(Picture.of(noise(i))), embeddings.get(i).orThrow());
            }
        }
        assertEquals(List.of(), model.classify(List.of(), 1));
        List<Picture> withNull = Arrays.asList(Picture.of(noise(0)), null);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> model.classify(withNull, 1));
        assertTrue(String.valueOf(e.getMessage()).contains("picture 1"), e.getMessage());
    }

    @Test
    void whatConcernsAllPicturesIsThrown() {
        List<Picture> pictures = List.of(Picture.of(noise(0)));
        assertThrows(IllegalArgumentException.class, () -> model.classify(pictures, 0));
        assertThrows(IllegalArgumentException.class, () -> model.classify(noise(0), 0));
        assertThrows(IllegalArgumentException.class, () -> model.explain(pictures, ExplainOptions.ofClass(10)));
        assertThrows(IllegalArgumentException.class, () -> model.explain(pictures.get(0), ExplainOptions.ofClass(-1)));
        try (ConvNeXt headless = ConvNeXt.load(Families.file("headless"), engine);
                Arena arena = Arena.ofConfined()) {
            assertThrows(ModelException.class, () -> headless.classify(pictures, 1));
            assertThrows(ModelException.class, () -> headless.explain(pictures, ExplainOptions.DEFAULT));
            Set<Output> logits = EnumSet.of(Output.LOGITS);
            assertThrows(IllegalArgumentException.class, () -> headless.forward(pictures, logits, arena));
            assertEquals(
                    headless.config().embeddingSize(),
                    headless.embeddings(pictures).get(0).orThrow().length);
        }
        try (ConvNeXt grey = ConvNeXt.load(Families.file("grey"), engine)) {
            ModelException e = assertThrows(ModelException.class, () -> grey.classify(CHINA, 1));
            assertTrue(String.valueOf(e.getMessage()).contains("takes 1 channel,"), e.getMessage());
        }
        ConvNeXt closed = ToyModels.load("timm.safetensors", engine);
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.classify(pictures, 1));
        assertThrows(IllegalStateException.class, () -> closed.explain(pictures.get(0)));
    }

    @Test
    void stageMapsArePicturesOwn() {
        List<Picture> pictures = List.of(Picture.of(CHINA), Picture.of(new byte[0]), Picture.of(noise(1)));
        Set<Output> wanted = EnumSet.of(Output.STAGE1, Output.EMBEDDING);
        try (Arena arena = Arena.ofConfined()) {
            List<Outcome<Map<Output, Tensor>>> outcomes = model.forward(pictures, wanted, arena);
            assertTrue(outcomes.get(1).failure().isPresent());
            for (int i : new int[] {0, 2}) {
                Map<Output, Tensor> alone = model.forward(pictures.get(i), wanted, arena);
                Map<Output, Tensor> inList = outcomes.get(i).orThrow();
                assertEquals(wanted, inList.keySet());
                for (Output output : wanted) {
                    Tensor expected = Objects.requireNonNull(alone.get(output));
                    Tensor actual = Objects.requireNonNull(inList.get(output));
                    assertEquals(expected.shape(), actual.shape());
                    assertEquals(1, actual.dim(0));
                    assertArrayEquals(expected.toArray(), actual.toArray());
                }
            }
        }
    }

    /** A network whose outputs overflow gives no predictions and no embedding, and says of which picture. */
    @Test
    void whatIsNoNumberIsAFailureOfItsPicture() {
        ConvNeXtConfig config = ConvNeXtConfig.of(List.of(1, 1, 1, 1), List.of(4, 4, 4, 4), 3);
        try (Arena weights = Arena.ofShared()) {
            var broken = FormulaWeights.of(config, 0, weights);
            broken.tensor("norm.bias").set(0, Float.NaN);
            try (ConvNeXt nan = ConvNeXt.of(config, broken, engine)) {
                for (Outcome<?> outcome : List.of(
                        nan.classify(Picture.files(List.of(CHINA)), 1).get(0),
                        nan.embeddings(Picture.files(List.of(CHINA))).get(0),
                        nan.explain(Picture.files(List.of(CHINA)), ExplainOptions.DEFAULT)
                                .get(0))) {
                    String message =
                            String.valueOf(outcome.failure().orElseThrow().getMessage());
                    assertTrue(message.startsWith(CHINA + ": ") && message.contains("NaN"), message);
                }
                assertThrows(ModelException.class, () -> nan.embedding(CHINA));
                assertThrows(ModelException.class, () -> nan.classify(CHINA, 1));
            }
        }
    }

    /** Explained from the packed weights as from the checkpoint's, by both methods, for every class. */
    @Test
    void anExplanationNeedsNoCheckpoint() {
        Path file = ToyModels.file("timm.safetensors");
        for (Backend backend : new Backend[] {Backend.SCALAR, Backend.VECTOR, Backend.OPENBLAS, Backend.AUTO}) {
            try (ConvNeXt here = ConvNeXt.load(
                            file,
                            LoadOptions.builder().backend(backend).threads(2).build());
                    ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file);
                    Arena arena = Arena.ofConfined()) {
                Tensor map = Objects.requireNonNull(here.forward(Picture.of(CHINA), EnumSet.of(Output.STAGE3), arena)
                        .get(Output.STAGE3));
                for (int k = 0; k < here.config().classes(); k++) {
                    Explanation gradient = here.explain(Picture.of(CHINA), ExplainOptions.ofClass(k));
                    assertEquals(k, gradient.prediction().index());
                    assertEquals(k, gradient.map().classIndex());
                    ClassActivationMap expected =
                            ClassActivationMap.byGradient(here.config().plan(), checkpoint.weights(), map, k);
                    assertArrayEquals(expected.values(), gradient.map().values(), 1e-5f, backend + ", class " + k);
                    assertEquals(expected.logit(), gradient.map().logit(), 1e-5);
                    Explanation head = here.explain(
                            Picture.of(CHINA), ExplainOptions.ofClass(k).withMethod(ExplainOptions.Method.HEAD));
                    ClassActivationMap byHead =
                            ClassActivationMap.of(here.config().plan(), checkpoint.weights(), map, k);
                    assertArrayEquals(byHead.values(), head.map().values(), 1e-5f, backend + ", class " + k);
                }
            }
        }
    }

    /** Also of heads with a norm before the pooling, a hidden layer, or another norm. */
    @Test
    void everyFamilyIsExplainedOrSaysWhyNot() {
        int explained = 0;
        for (String name : Families.names()) {
            Path file = Families.withConfig(name, folder);
            try (ConvNeXt here = ConvNeXt.load(file, engine);
                    ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.readUnchecked(file)) {
                ConvNeXtConfig config = here.config();
                if (config.inChannels() != 3 || config.classes() == 0) {
                    continue;
                }
                if (config.design().head().pooling() != Pooling.AVERAGE) {
                    assertThrows(ModelException.class, () -> here.explain(CHINA));
                    continue;
                }
                try (Arena arena = Arena.ofConfined()) {
                    Output last = Output.stage(config.stages() - 1);
                    Tensor map = Objects.requireNonNull(here.forward(Picture.of(CHINA), EnumSet.of(last), arena)
                            .get(last));
                    Explanation explanation = here.explain(CHINA);
                    int k = explanation.prediction().index();
                    ClassActivationMap expected =
                            ClassActivationMap.byGradient(config.plan(), checkpoint.weights(), map, k);
                    assertArrayEquals(expected.values(), explanation.map().values(), name);
                    explained++;
                }
                if (!ClassActivationMap.isOf(config.plan())) {
                    ExplainOptions head = ExplainOptions.DEFAULT.withMethod(ExplainOptions.Method.HEAD);
                    ModelException e = assertThrows(ModelException.class, () -> here.explain(Picture.of(CHINA), head));
                    assertTrue(String.valueOf(e.getMessage()).contains("another head"), e.getMessage());
                }
            }
        }
        assertTrue(explained > 15, explained + " families");
    }

    @Test
    void theOverlayIsAPictureOfJavas() {
        Explanation explanation = model.explain(Picture.files(List.of(FLOWER, CHINA)), ExplainOptions.DEFAULT)
                .get(1)
                .orThrow();
        assertEquals(model.explain(CHINA).picture(), explanation.picture());
        assertEquals(64, explanation.picture().width());
        BufferedImage overlay = explanation.overlay();
        assertEquals(448, overlay.getWidth());
        assertEquals(BufferedImage.TYPE_INT_RGB, overlay.getType());
        RgbImage drawn = HeatMap.over(explanation.picture(), explanation.map());
        assertEquals(drawn, new ImageReader().read(overlay, "overlay"));
        assertTrue(explanation.map().most() >= explanation.map().least());
    }

    @Test
    void oneModelServesManyThreads() throws Exception {
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            pictures.add(i == 5 ? Picture.of(new byte[] {9}) : Picture.of(noise(i)));
        }
        List<Optional<List<Prediction>>> expected =
                model.classify(pictures, 4).stream().map(Outcome::result).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<List<Optional<List<Prediction>>>>> calls = new ArrayList<>();
            for (int caller = 0; caller < 12; caller++) {
                calls.add(threads.submit(() -> model.classify(pictures, 4).stream()
                        .map(Outcome::result)
                        .toList()));
            }
            for (Future<List<Optional<List<Prediction>>>> call : calls) {
                assertEquals(expected, call.get());
            }
        }
        assertTrue(expected.get(5).isEmpty() && expected.get(6).isPresent());
    }

    /** The threads that decode a list end with the call. */
    @Test
    void noThreadIsLeftBehind() {
        model.classify(List.of(Picture.of(noise(1)), Picture.of(noise(2))), 1);
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("convnext4j-pictures")));
    }
}
