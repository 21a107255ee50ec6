package org.convnext4j.model.roadmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.roadmap.BlockDesign.Bottleneck;
import org.convnext4j.model.roadmap.BlockDesign.Kept;
import org.convnext4j.model.roadmap.BlockDesign.Position;
import org.convnext4j.model.roadmap.BlockDesign.Spatial;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both walks against the counts of the authors' models and the paper's tables. */
class WalkTest {
    private static final int SIDE = 224;

    private static void assertStep(
            Regime regime, int number, String gigaMacs, long parameters, double accuracy, double gflops) {
        RoadmapStep step = regime.steps().get(number);
        String what = regime + ", " + step.name();
        assertEquals(number, step.number(), what);
        assertEquals(parameters, step.network().parameters(), what);
        long macs = step.network().macs(SIDE, SIDE);
        assertEquals(gigaMacs, String.format(Locale.ROOT, "%.4f", macs / 1e9), what);
        assertEquals(accuracy, step.paperAccuracy(), what);
        assertEquals(gflops, step.paperGflops(), what);
        // The paper prints 4.46 for LayerNorm, which changes no multiply-add, and 4.49 for what is ConvNeXt-T's 4.4555.
        boolean known = regime == Regime.RESNET_50 && number >= 15;
        assertEquals(gflops, Math.round(macs / 1e7) / 100.0, known ? 0.32 : 1e-9, what);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4.0892, 25557032, 76.13, 4.09",
        "1, 4.0892, 25557032, 78.82, 4.09",
        "2, 4.5259, 28628520, 79.36, 4.53",
        "3, 4.4175, 28622120, 79.51, 4.42",
        "4, 2.3495, 15722600, 78.28, 2.35",
        "5, 5.2680, 33760936, 80.50, 5.27",
        "6, 4.6444, 25851400, 80.64, 4.64",
        "7, 4.0651, 25625416, 79.92, 4.07",
        "8, 4.0973, 25720648, 80.35, 4.10",
        "9, 4.1456, 25863496, 80.57, 4.15",
        "10, 4.2100, 26053960, 80.57, 4.21",
        "11, 4.2906, 26292040, 80.47, 4.29",
        "12, 4.1456, 25863496, 80.62, 4.15",
        "13, 4.1456, 25863496, 81.27, 4.15",
        "14, 4.1456, 25797256, 81.41, 4.15",
        "15, 4.1456, 25836328, 81.47, 4.46",
        "16, 4.4555, 28580968, 81.97, 4.49"
    })
    void fromResNet50(int number, String gigaMacs, long parameters, double accuracy, double gflops) {
        assertStep(Regime.RESNET_50, number, gigaMacs, parameters, accuracy, gflops);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 15.0075, 64673832, 78.20, 15.01",
        "1, 15.0075, 64673832, 81.14, 15.01",
        "2, 14.5184, 83066332, 81.33, 14.52",
        "3, 14.3762, 83057932, 81.59, 14.38",
        "4, 7.2344, 42585472, 80.54, 7.23",
        "5, 16.7639, 96526568, 81.85, 16.76",
        "6, 15.6794, 83700072, 82.64, 15.68",
        "7, 14.6270, 83094632, 82.04, 14.63",
        "8, 14.6989, 83369064, 82.32, 14.70",
        "9, 14.8066, 83780712, 82.30, 14.81",
        "10, 14.9503, 84329576, 82.27, 14.95",
        "11, 15.1300, 85015656, 82.18, 15.13",
        "12, 14.8066, 83780712, 82.19, 14.81",
        "13, 14.8066, 83780712, 82.71, 14.81",
        "14, 14.8066, 83600232, 83.17, 14.81",
        "15, 14.8066, 83707624, 83.35, 14.81",
        "16, 15.3547, 88571368, 83.60, 15.35"
    })
    void fromResNet200(int number, String gigaMacs, long parameters, double accuracy, double gflops) {
        assertStep(Regime.RESNET_200, number, gigaMacs, parameters, accuracy, gflops);
    }

    @Test
    void theNormAfterThePoolingIsAStepOfItsOwnInTheAuthorsCode() {
        RoadmapNetwork layerNorm = Regime.RESNET_50.steps().get(15).network();
        assertEquals(25837864, layerNorm.withFinalNorm(true).parameters());
    }

    @ParameterizedTest
    @EnumSource(Regime.class)
    void eachStepChangesTheNetworkOrTheRecipe(Regime regime) {
        List<RoadmapStep> steps = regime.steps();
        assertEquals(17, steps.size());
        Set<String> names = new HashSet<>();
        for (RoadmapStep step : steps) {
            assertTrue(names.add(step.name()), step.name());
            assertEquals(regime, step.regime());
            assertEquals(step.number() == 0 ? Recipe.PLAIN : Recipe.MODERN, step.recipe());
        }
        assertEquals(steps.get(0).network(), steps.get(1).network(), "the recipe alone");
        for (int i = 2; i < steps.size(); i++) {
            assertTrue(
                    !steps.get(i).network().equals(steps.get(i - 1).network()),
                    steps.get(i).name());
        }
    }

    /** The facts' accounting: what the released model has beyond the last step is LayerNorms and layer scale. */
    @ParameterizedTest
    @CsvSource({"RESNET_50, TINY, 6624, 1536", "RESNET_200, BASE, 18048, 2048"})
    void theLastStepIsConvNeXtButForNormsAndLayerScale(Regime regime, Variant variant, long gammas, long norms) {
        RoadmapNetwork last = regime.steps().get(16).network();
        ConvNeXtConfig convNeXt = ConvNeXtConfig.of(variant);
        assertEquals(convNeXt.macs(SIDE, SIDE), last.macs(SIDE, SIDE));
        assertEquals(convNeXt.macs(239, 255), last.macs(239, 255), "floored alike");
        long scaled = last.withLayerScale(true).parameters();
        assertEquals(gammas, scaled - last.parameters());
        RoadmapNetwork whole = last.withLayerScale(true).withMapNorms(true);
        assertEquals(norms, whole.parameters() - scaled);
        assertEquals(convNeXt.parameters(), whole.parameters());
        Map<String, Shape> expected = ConvNeXtWeights.shapes(convNeXt);
        whole.shapes().forEach((name, shape) -> {
            Shape other = expected.remove(ConvNeXtNames.facebook(name));
            // ConvNeXt's pointwise convolutions are kept as matrices.
            assertEquals(other == null ? null : other.elements(), shape.elements(), name);
        });
        assertEquals(Map.of(), expected);
    }

    @Test
    void torchvisionsNames() {
        Set<String> names =
                RoadmapNetwork.resNet(List.of(2, 1, 1, 1), 8).shapes().keySet();
        Set<String> expected = new TreeSet<>();
        for (String norm : List.of("bn1", "layer1.0.bn1", "layer1.0.bn2", "layer1.0.bn3", "layer1.0.downsample.1")) {
            for (String end : List.of("weight", "bias", "running_mean", "running_var")) {
                expected.add(norm + "." + end);
            }
        }
        expected.addAll(List.of("conv1.weight", "layer1.0.conv1.weight", "layer1.0.conv2.weight"));
        expected.addAll(List.of("layer1.0.conv3.weight", "layer1.0.downsample.0.weight", "fc.weight", "fc.bias"));
        Set<String> first = new TreeSet<>(names);
        first.removeIf(name -> name.startsWith("layer") && !name.startsWith("layer1.0."));
        assertEquals(expected, first);
        assertTrue(names.contains("layer1.1.conv3.weight"));
        assertTrue(!names.contains("layer1.1.downsample.0.weight"), "the second block's shortcut is its input");
        assertTrue(names.contains("layer2.0.downsample.0.weight"));
    }

    @Test
    void smallPicturesKeepTheRatiosOfAllSteps() {
        List<RoadmapStep> steps = Regime.RESNET_50.steps();
        for (RoadmapStep step : steps) {
            RoadmapNetwork network = step.network();
            RoadmapNetwork small = network.forSmallPictures();
            assertEquals(16, small.minimumSide());
            assertEquals(32, network.minimumSide());
            // All stages are on maps of 16, 8, 4 and 2 pixels instead of 56, 28, 14 and 7: 12.25 times fewer.
            double stem = network.stem() == Stem.PATCHIFY ? 0.05 : 0.1;
            double ratio = (double) network.macs(SIDE, SIDE) / small.macs(32, 32);
            assertEquals(12.25, ratio, 12.25 * stem, step.name());
        }
    }

    @Test
    void scaledWidths() {
        RoadmapNetwork network = RoadmapNetwork.resNet(List.of(1, 1, 1, 1), 96);
        assertEquals(24, network.scaled(0.25).width());
        assertEquals(20, network.withWidth(84).scaled(0.25).width());
        assertEquals(4, network.scaled(1e-3).width());
        assertEquals(network, network.scaled(1));
        assertThrows(IllegalArgumentException.class, () -> network.scaled(0));
        assertThrows(IllegalArgumentException.class, () -> network.scaled(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> network.scaled(1e9));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        RoadmapNetwork resNet = RoadmapNetwork.resNet(List.of(1, 1, 1, 1), 8);
        assertThrows(IllegalArgumentException.class, () -> resNet.withDepths(List.of(1, 1, 1)));
        assertThrows(IllegalArgumentException.class, () -> resNet.withDepths(List.of(1, 0, 1, 1)));
        assertThrows(IllegalArgumentException.class, () -> resNet.withWidth(0));
        assertThrows(IllegalArgumentException.class, () -> resNet.withClasses(0));
        assertThrows(IllegalArgumentException.class, () -> resNet.withKernel(4));
        assertThrows(IllegalArgumentException.class, () -> resNet.withKernel(13));
        assertThrows(IllegalArgumentException.class, () -> resNet.withPosition(Position.FIRST));
        assertThrows(IllegalArgumentException.class, () -> resNet.withNorms(Kept.ONE));
        assertThrows(IllegalArgumentException.class, () -> resNet.withActivations(Kept.ONE));
        assertThrows(IllegalArgumentException.class, () -> resNet.withMapNorms(true));
        assertThrows(IllegalArgumentException.class, () -> resNet.macs(31, 224));
        RoadmapNetwork moved = resNet.withSpatial(Spatial.DEPTHWISE)
                .withBottleneck(Bottleneck.INVERTED)
                .withPosition(Position.FIRST);
        assertThrows(IllegalArgumentException.class, () -> moved.withSpatial(Spatial.DENSE));
    }
}
