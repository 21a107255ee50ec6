package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.image.Preset;
import org.convnext4j.model.weights.TimmModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {
    @ParameterizedTest
    @CsvSource({
        "facebook/convnext-tiny-224, facebook/convnext-tiny-224, main",
        "facebook/convnext-tiny-224@v2, facebook/convnext-tiny-224, v2",
        "' facebook/convnext-tiny-224@refs/pr/3 ', facebook/convnext-tiny-224, refs/pr/3",
        "timm/convnext_tiny.fb_in22k_ft_in1k, timm/convnext_tiny.fb_in22k_ft_in1k, main",
        "convnext_tiny.fb_in22k_ft_in1k, timm/convnext_tiny.fb_in22k_ft_in1k, main",
        "convnext_tiny.fb_in22k_ft_in1k@main, timm/convnext_tiny.fb_in22k_ft_in1k, main",
        "hf_hub:timm/convnext_atto.d2_in1k, timm/convnext_atto.d2_in1k, main",
        "hf-hub:timm/convnext_atto.d2_in1k, timm/convnext_atto.d2_in1k, main",
        "convnext_tiny, timm/convnext_tiny.in12k_ft_in1k, main",
        "timm/convnext_base, timm/convnext_base.fb_in22k_ft_in1k, main",
        "convnext_nano@v1, timm/convnext_nano.in12k_ft_in1k, v1",
        "hf-hub:timm/convnextv2_huge, timm/convnextv2_huge.fcmae_ft_in22k_in1k_384, main",
        "test_convnext3, timm/test_convnext3.r160_in1k, main",
        "somebody/convnext_tiny, somebody/convnext_tiny, main",
        "timm/convnext_tiny.of_tomorrow, timm/convnext_tiny.of_tomorrow, main"
    })
    void namesOfTheHub(String text, String repository, String revision) {
        assertEquals(new HubModelName(repository, revision), ModelName.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "ConvNeXt_Tiny_Weights.IMAGENET1K_V1, convnext_tiny-983f1562.pth, 983f1562, TORCHVISION_TINY",
        "ConvNeXt_Small_Weights.DEFAULT, convnext_small-0c510722.pth, 0c510722, TORCHVISION_SMALL",
        "convnext_base-6075fbad.pth, convnext_base-6075fbad.pth, 6075fbad, TORCHVISION_BASE",
        "ConvNeXt_Large_Weights.IMAGENET1K_V1, convnext_large-ea097f82.pth, ea097f82, TORCHVISION_LARGE",
        "convnext_tiny_1k_224_ema.pth, convnext_tiny_1k_224_ema.pth, , TIMM_224",
        "convnext_base_1k_384.pth, convnext_base_1k_384.pth, , SQUASH_384",
        "convnext_xlarge_22k_1k_384_ema.pth, convnext_xlarge_22k_1k_384_ema.pth, , SQUASH_384",
        "convnext_xlarge_22k_224.pth, convnext_xlarge_22k_224.pth, , TIMM_224",
        "convnext_iso_base_1k_224_ema.pth, convnext_iso_base_1k_224_ema.pth, , TIMM_224",
        "convnextv2_atto_1k_224_ema.pt, convnextv2_atto_1k_224_ema.pt, , TIMM_224"
    })
    void publishedFiles(String text, String file, String hash, Preset preset) {
        PublishedFile found = (PublishedFile) ModelName.parse(text);
        assertEquals(file, found.file());
        assertEquals(hash, found.sha256Prefix().orElse(null));
        assertEquals(preset.preprocessor(), found.preprocessor());
    }

    @Test
    void everyPublishedFileHasItsOwnName() {
        Set<String> files = new HashSet<>();
        Set<String> aliases = new HashSet<>();
        for (PublishedFile file : PublishedFile.list()) {
            assertTrue(files.add(file.file()), file.file());
            assertTrue(aliases.add(file.alias()), file.alias());
            assertTrue(HubCache.isSafe(file.file()), file.file());
            assertTrue(file.path().endsWith(file.file()), file.path());
        }
        // torchvision 4; the authors 4 + 2 + 5 x 3, isotropic 3, V2 8 + 4 x 2 + 2
        assertEquals(46, files.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "convnext",
                "convnext-tiny-224",
                "ConvNeXt_Medium_Weights.IMAGENET1K_V1",
                "a/b/c",
                "../convnext",
                "facebook/..",
                "facebook/.hidden",
                "-facebook/convnext",
                "facebook/con--vnext",
                "facebook/con..vnext",
                "facebook/convnext.git",
                "facebook/convnext tiny",
                "facebook/convnext?x=1",
                "facebook\\convnext",
                "facebook/convnext@",
                "facebook/convnext@../../x",
                "facebook/convnext@a..b",
                "facebook/convnext@/etc",
                "facebook/convnext@-x",
                "facebook/convnext@a//b",
                "facebook/convnext@main@main",
                "facebook/convnext@main.lock",
                "facebook/\u0000",
                "missing.safetensors",
                "convnext_tiny.safetensors",
                "convnext_tiny_1k_999_ema.pth",
                "weights/missing.safetensors/x"
            })
    void otherTextsAreRefused(String text) {
        HubException refusal = assertThrows(HubException.class, () -> ModelName.parse(text));
        assertEquals(HubException.Reason.BAD_NAME, refusal.reason());
    }

    /** No server is asked for what can be no name. */
    @ParameterizedTest
    @CsvSource({
        "convnext-tiny, 'convnext_tiny or facebook/convnext-tiny-224'",
        "facebook/convnext_tiny, 'facebook/convnext-tiny-224'",
        "timm/convnext-tiny, 'convnext_tiny'",
        "convnext_tinny, 'convnext_tiny'",
        "ConvNext_Base, 'convnext_base or facebook/convnext-base-224'",
        "convnextv2-hugo, 'convnextv2_huge'",
        "convnext_tiny_1k_999_ema.pth, 'convnext_tiny_1k_224_ema.pth'",
        "ConvNeXt_Tiny_Weights.IMAGENET1K_V2, 'ConvNeXt_Tiny_Weights.IMAGENET1K_V1'"
    })
    void namesThatAreNearAreNamed(String text, String near) {
        HubException refusal = assertThrows(HubException.class, () -> ModelName.parse(text));
        assertEquals(HubException.Reason.BAD_NAME, refusal.reason());
        assertEquals(
                "'" + text + "' is neither a file nor the name of a model; did you mean " + near + "?",
                refusal.getMessage());
    }

    @Test
    void anArchitectureWithoutWeightsSaysSo() {
        for (String name : List.of("convnextv2_small", "convnext_atto_rms")) {
            HubException refusal = assertThrows(HubException.class, () -> ModelName.parse(name));
            assertTrue(String.valueOf(refusal.getMessage()).contains("no weights of this network"), name);
        }
    }

    /** Every network that timm has is known by its name alone; isotropic ones timm has not. */
    @Test
    void everyArchitectureOfTimmIsKnown() {
        int known = 0;
        for (KnownModel model : KnownModel.all()) {
            String name = TimmModel.architecture(model.config());
            assertEquals(!model.name().contains("-iso-"), ReleasedNames.isArchitecture(name), name);
            known += ReleasedNames.isArchitecture(name) ? 1 : 0;
        }
        // timm.list_models('*convnext*') of timm 1.0.29 has 31 names.
        assertEquals(31, known);
        assertEquals(101, ReleasedNames.timm().size());
        for (String name : ReleasedNames.timm()) {
            assertEquals(new HubModelName(name, "main"), ModelName.parse(name));
        }
        for (String name : ReleasedNames.facebook()) {
            assertEquals(new HubModelName(name, "main"), ModelName.parse(name));
        }
    }

    @Test
    void overlongNamesAreRefused() {
        String part = "a".repeat(100);
        assertThrows(HubException.class, () -> ModelName.parse(part + "/" + part));
        assertThrows(HubException.class, () -> ModelName.parse("facebook/convnext@" + part + part + part));
    }
}
