package org.convnext4j.model.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The published networks, against what timm's and the released code count. */
class KnownModelTest {
    private static final double GIGA = 1e9;

    static List<KnownModel> all() {
        return KnownModel.all();
    }

    private static KnownModel model(String name) {
        return KnownModel.of(name).orElseThrow(() -> new AssertionError("there is no " + name));
    }

    @ParameterizedTest
    @CsvSource({
        "zepto-rms, 2155656, .302",
        "zepto-rms-ols, 2164232, .337",
        "atto, 3695520, .547",
        "atto-ols, 3702912, .577",
        "atto-rms, 3693040, .547",
        "femto, 5217784, .780",
        "femto-ols, 5226520, .813",
        "pico, 9045672, 1.367",
        "pico-ols, 9061928, 1.426",
        "nano, 15593560, 2.446",
        "nano-ols, 15649560, 2.641",
        "tiny, 28589128, 4.4555",
        "tiny-hnf, 28589128, 4.456",
        "small, 50223688, 8.6837",
        "base, 88591464, 15.3547",
        "large, 197767336, 34.3614",
        "large-mlp, 200128168, 34.364",
        "xlarge, 350196968, 60.9210",
        "xxlarge, 846471016, 151.570",
        "test, 272128, .061",
        "test2, 477800, .099",
        "test3, 468840, .098",
        "v2-atto, 3708400, .547",
        "v2-femto, 5233240, .780",
        "v2-pico, 9066280, 1.367",
        "v2-nano, 15623800, 2.446",
        "v2-tiny, 28635496, 4.4555",
        "v2-small, 50318440, 8.6837",
        "v2-base, 88717800, 15.3547",
        "v2-large, 197956840, 34.3614",
        "v2-huge, 660289640, 114.922",
        "iso-small, 22308712, 4.286",
        "iso-base, 87083752, 16.896",
        "iso-large, 305942504, 59.699"
    })
    void sizes(String label, long parameters, double gigaMacs) {
        KnownModel model = model(label);
        assertEquals(label, model.label());
        assertEquals(parameters, model.config().parameters());
        assertEquals(gigaMacs, model.config().macs(224, 224) / GIGA, 5.1e-4);
    }

    @Test
    void theListAboveIsWhole() {
        assertEquals(34, KnownModel.all().size());
        Set<String> names = new HashSet<>();
        KnownModel.all().forEach(model -> assertTrue(names.add(model.name()), model.name()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachIsToldFromTheOthersByItsConfiguration(KnownModel model) {
        assertEquals(Optional.of(model), KnownModel.of(model.config()));
        assertEquals(model.name(), model.config().name());
        assertEquals(
                model.name(),
                model.config().withClasses(7).withHeadNormEps(1e-12).name());
        assertEquals(Optional.of(model), KnownModel.of(model.name()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void onlyNormsWithoutABiasAndActivationsAreNotSeenInShapes(KnownModel model) {
        Design design = model.config().design();
        Design shapes = design.withActivation(ActivationKind.GELU);
        if (shapes.norm() == NormKind.SIMPLE) {
            shapes = shapes.withNorm(NormKind.RMS);
        }
        assertEquals(Optional.of(model), KnownModel.ofShapes(model.config().withDesign(shapes)));
        assertTrue(model.hasShapesOf(model.config().withDesign(shapes)));
    }

    @ParameterizedTest
    @CsvSource({
        "convnext_tiny.fb_in22k_ft_in1k, convnext-tiny",
        "convnextv2_huge.fcmae_ft_in22k_in1k_512, convnextv2-huge",
        "convnext_zepto_rms_ols.ra4_e3600_r224_in1k, convnext-zepto-rms-ols",
        "convnext_large_mlp.clip_laion2b_augreg_ft_in1k, convnext-large-mlp",
        "test_convnext3.r160_in1k, convnext-test3",
        "test_convnext, convnext-test",
        "V2_Tiny, convnextv2-tiny"
    })
    void timmsNamesAreKnown(String timm, String name) {
        assertEquals(name, model(timm).name());
    }

    @Test
    void otherNamesAreNone() {
        for (String name : List.of("", ".", "resnet50", "convnextv3_tiny", "tinyy", "convnext")) {
            assertEquals(Optional.empty(), KnownModel.of(name), name);
        }
    }

    @Test
    void oddNetworksAreDescribed() {
        ConvNeXtConfig config = ConvNeXtConfig.of(List.of(1, 1, 2, 1), List.of(16, 24, 32, 48), 10);
        assertEquals("convnext-1.1.2.1-16.24.32.48", config.name());
        assertEquals(
                "convnextv2-1.1.2.1-16.24.32.48",
                config.withDesign(Design.PAPER.withResponseNorm(true)).name());
        Design odd = Design.PAPER
                .withStem(new StemDesign(StemKind.OVERLAP, 8))
                .withNorm(NormKind.SIMPLE)
                .withActivation(ActivationKind.GELU_TANH)
                .withKernelSizes(List.of(7, 5, 5, 3))
                .withHead(new HeadDesign(HeadDesign.NormPlace.BEFORE_POOLING, 64));
        assertEquals(
                "convnext-1.1.2.1-16.24.32.48-ols-tiered-simplenorm-gelu-tanh-k7.5.5.3-hnf-mlp64",
                config.withDesign(odd).name());
        assertFalse(model("tiny").hasShapesOf(config));
    }
}
