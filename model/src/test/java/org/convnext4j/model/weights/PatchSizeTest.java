package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.Output;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.StemDesign;
import org.convnext4j.model.design.StemKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks with other patches than 4, which each library divides into stages in its own way. */
class PatchSizeTest {
    @TempDir
    private Path folder;

    private static ConvNeXtConfig patches(int size) {
        ConvNeXtConfig small = Toy.SMALL;
        return new ConvNeXtConfig(
                small.depths(),
                small.dims(),
                small.classes(),
                small.inChannels(),
                size,
                small.layerScale(),
                small.layerNormEps(),
                small.headNormEps());
    }

    /** timm's with patches of 2: a downsampling in front of the first stage. */
    private static ConvNeXtConfig halved() {
        ConvNeXtConfig paper = patches(4);
        return paper.withDesign(paper.design().withStem(new StemDesign(StemKind.PATCH_HALVED, 0)));
    }

    private Path write(ConvNeXtConfig config, Layout layout) {
        Path file = folder.resolve(layout.label() + ".safetensors");
        try (Arena arena = Arena.ofConfined()) {
            CheckpointWriter.write(file, config, FormulaWeights.of(config, 0, arena), layout, DType.F32, Map.of());
        }
        return file;
    }

    /** The file of Hugging Face's layout renamed to timm's, which cannot be written for every patch size. */
    private Path timm(int patch) {
        Path original = write(patches(patch), Layout.HUGGINGFACE);
        Path file = folder.resolve("timm-" + patch + ".safetensors");
        try (Checkpoint checkpoint = Checkpoint.open(original)) {
            TensorNames timm = Layout.TIMM.names(Spelling.PAPER);
            TensorNames names = Layout.HUGGINGFACE.names(Spelling.PAPER);
            List<TensorEntry> entries = new ArrayList<>();
            for (TensorEntry entry : checkpoint.entries()) {
                String name = timm.format(names.parse(entry.name()).orElseThrow());
                entries.add(new TensorEntry(name, entry.dtype(), entry.shape(), entry.data()));
            }
            SafetensorsWriter.write(file, entries, null, Map.of());
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 8", "3, 0, 24", "4, 0, 32", "6, 0, 48", "8, 1, 32", "10, 1, 40", "16, 2, 32", "32, 3, 32"})
    void timmDilatesWhereItsOutputStrideIsReached(int patch, int dilated, int outputStride) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(timm(patch))) {
            assertEquals(dilated, checkpoint.config().design().dilatedStages());
            assertEquals(outputStride, checkpoint.config().outputStride());
            assertEquals(patch, checkpoint.config().patchKernel());
        }
    }

    @Test
    void theCallersOutputStrideIsTimmsToo() {
        LoadOptions eight = LoadOptions.DEFAULT.withOutputStride(8);
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(timm(8), eight)) {
            assertEquals(3, checkpoint.config().design().dilatedStages());
            assertEquals(8, checkpoint.config().outputStride());
        }
    }

    @Test
    void huggingFaceStridesOn() {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(write(patches(8), Layout.HUGGINGFACE))) {
            assertEquals(64, checkpoint.config().outputStride());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, TIMM, with patches of 2 and an output stride of 16",
        "8, TIMM, with patches of 8 and an output stride of 64",
        "2, TORCHVISION, with patches of 2",
        "8, TORCHVISION, with patches of 8"
    })
    void whatALibraryCannotHoldIsRefusedWithWhatWouldWork(int patch, Layout layout, String reason) {
        Path file = write(patches(patch), Layout.FACEBOOK);
        assertRefused(
                () -> CheckpointWriter.convert(file, folder.resolve("out"), layout, null),
                reason,
                "the layout facebook has");
    }

    @Test
    void aDilatedNetworkStaysTimms() {
        Path file = timm(8);
        assertRefused(
                () -> CheckpointWriter.convert(file, folder.resolve("out"), Layout.HUGGINGFACE, null),
                "dilated stages",
                "output stride of 32",
                "the layout timm has");
        CheckpointWriter.convert(file, folder.resolve("out"), Layout.TIMM, DType.F16);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void patchesOfTwoWithADownsamplingAreTimmsAlone(Layout layout) {
        if (layout != Layout.TIMM) {
            assertTrue(layout.obstacle(halved()).orElseThrow().contains("a downsampling before its first stage"));
            return;
        }
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(write(halved(), layout));
                Arena arena = Arena.ofConfined()) {
            assertEquals(halved(), checkpoint.config());
            assertEquals(Toy.bits(FormulaWeights.of(halved(), 0, arena)), Toy.bits(checkpoint.weights()));
        }
    }

    @Test
    void theHalvedStemIsTwoConvolutionsWithANormBeforeEach() {
        ConvNeXtConfig config = halved();
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create()) {
            ConvNeXtWeights formula = FormulaWeights.of(config, 0, arena);
            ConvNeXtWeights still = withoutBlocks(formula, config, arena);
            Tensor picture = Tensor.allocate(arena, 2, 3, 37, 42);
            for (int i = 0; i < picture.elements(); i++) {
                picture.set(i, (float) Math.sin(i * 0.37));
            }
            try (ConvNeXt model = ConvNeXt.of(config, still, engine)) {
                Tensor map = Objects.requireNonNull(
                        model.forward(picture, EnumSet.of(Output.STAGE0), arena).get(Output.STAGE0));
                double[][][][] x = convolved(
                        values(picture),
                        still.tensor("downsample_layers.0.0.weight"),
                        still.tensor("downsample_layers.0.0.bias"),
                        2);
                x = normed(x, still.tensor("downsample_layers.0.1.weight"), still.tensor("downsample_layers.0.1.bias"));
                x = normed(x, still.tensor("downsample_layers.0.3.weight"), still.tensor("downsample_layers.0.3.bias"));
                x = convolved(
                        x, still.tensor("downsample_layers.0.2.weight"), still.tensor("downsample_layers.0.2.bias"), 2);
                assertEquals(List.of(2, 2, 9, 10), map.shape().dims());
                double[][][][] got = values(map);
                for (int n = 0; n < 2; n++) {
                    for (int c = 0; c < 2; c++) {
                        for (int h = 0; h < 9; h++) {
                            for (int w = 0; w < 10; w++) {
                                assertEquals(x[n][c][h][w], got[n][c][h][w], 1e-4);
                            }
                        }
                    }
                }
            }
        }
    }

    /** The same weights with gammas of zero, so that blocks do nothing. */
    private static ConvNeXtWeights withoutBlocks(ConvNeXtWeights weights, ConvNeXtConfig config, Arena arena) {
        Map<String, Tensor> byName = new HashMap<>();
        weights.forEach((name, tensor) ->
                byName.put(name, name.endsWith("gamma") ? Tensor.allocate(arena, tensor.dim(0)) : tensor));
        return ConvNeXtWeights.assemble(config, (name, shape) -> Objects.requireNonNull(byName.get(name)));
    }

    private static double[][][][] values(Tensor tensor) {
        double[][][][] values = new double[tensor.dim(0)][tensor.dim(1)][tensor.dim(2)][tensor.dim(3)];
        long i = 0;
        for (double[][][] image : values) {
            for (double[][] plane : image) {
                for (double[] row : plane) {
                    for (int w = 0; w < row.length; w++) {
                        row[w] = tensor.get(i++);
                    }
                }
            }
        }
        return values;
    }

    private static double[][][][] convolved(double[][][][] x, Tensor weight, Tensor bias, int patch) {
        int outputs = weight.dim(0);
        double[][][][] y = new double[x.length][outputs][x[0][0].length / patch][x[0][0][0].length / patch];
        for (int n = 0; n < y.length; n++) {
            for (int o = 0; o < outputs; o++) {
                for (int h = 0; h < y[n][o].length; h++) {
                    for (int w = 0; w < y[n][o][h].length; w++) {
                        double sum = bias.get(o);
                        for (int c = 0; c < x[n].length; c++) {
                            for (int t = 0; t < patch * patch; t++) {
                                long at = ((long) o * x[n].length + c) * patch * patch + t;
                                sum += weight.get(at) * x[n][c][h * patch + t / patch][w * patch + t % patch];
                            }
                        }
                        y[n][o][h][w] = sum;
                    }
                }
            }
        }
        return y;
    }

    private static double[][][][] normed(double[][][][] x, Tensor weight, Tensor bias) {
        int channels = x[0].length;
        for (double[][][] image : x) {
            for (int h = 0; h < image[0].length; h++) {
                for (int w = 0; w < image[0][h].length; w++) {
                    double mean = 0;
                    double square = 0;
                    for (int c = 0; c < channels; c++) {
                        mean += image[c][h][w] / channels;
                        square += image[c][h][w] * image[c][h][w] / channels;
                    }
                    double scale = 1 / Math.sqrt(square - mean * mean + 1e-6);
                    for (int c = 0; c < channels; c++) {
                        image[c][h][w] = (image[c][h][w] - mean) * scale * weight.get(c) + bias.get(c);
                    }
                }
            }
        }
        return x;
    }

    /** timm's pre_logits: what the classifier takes is what the hidden layer gives. */
    @Test
    void theEmbeddingOfAHeadWithAHiddenLayerIsWhatTheClassifierTakes() {
        Path file = Toy.file("../families/large_mlp.safetensors");
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create();
                ConvNeXt model = ConvNeXt.load(file, engine);
                ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(file)) {
            Tensor picture = Tensor.allocate(arena, 1, 3, 64, 64);
            for (int i = 0; i < picture.elements(); i++) {
                picture.set(i, (float) Math.sin(i * 0.37));
            }
            float[] embedding = model.embedding(picture);
            float[] logits = model.logits(picture);
            assertEquals(40, embedding.length);
            assertEquals(40, model.config().embeddingSize());
            ConvNeXtWeights weights = checkpoint.weights();
            for (int k = 0; k < logits.length; k++) {
                double sum = weights.tensor("head.bias").get(k);
                for (int m = 0; m < embedding.length; m++) {
                    sum += weights.tensor("head.weight").get((long) k * embedding.length + m) * embedding[m];
                }
                assertEquals(sum, logits[k], 1e-5);
            }
        }
    }
}
