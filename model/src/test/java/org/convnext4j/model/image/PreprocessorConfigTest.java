package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorConfigTest {
    private static final String IMAGENET = "\"image_mean\":[0.485,0.456,0.406],\"image_std\":[0.229,0.224,0.225]";

    @TempDir
    Path directory;

    @Test
    void nothingBesideTheWeights() throws IOException {
        assertEquals(Optional.empty(), PreprocessorConfig.besideWeights(weights()));
        write("config.json", "{\"architectures\":[\"Other\"]}");
        assertEquals(Optional.empty(), PreprocessorConfig.besideWeights(weights()));
    }

    @Test
    void timm() throws IOException {
        write(
                "config.json",
                "{\"architecture\":\"convnext_tiny\",\"num_classes\":1000,\"pretrained_cfg\":{\"input_size\":[3,224,224],"
                        + "\"test_input_size\":[3,288,288],\"interpolation\":\"bicubic\",\"crop_pct\":0.875,"
                        + "\"test_crop_pct\":1.0,\"crop_mode\":\"center\",\"mean\":[0.485,0.456,0.406],"
                        + "\"std\":[0.229,0.224,0.225]}}");
        assertEquals(Preset.TIMM_224.preprocessor(), beside());
        assertEquals(Preset.TIMM_288.preprocessor(), PreprocessorConfig.timm(directory.resolve("config.json"), true));
    }

    @Test
    void timmSquashAndOddCrop() throws IOException {
        write(
                "config.json",
                "{\"pretrained_cfg\":{\"input_size\":[3,384,384],\"crop_pct\":1.0,\"crop_mode\":\"squash\"}}");
        assertEquals(Preset.SQUASH_384.preprocessor(), beside());
        write(
                "config.json",
                "{\"pretrained_cfg\":{\"input_size\":[3,224,224],\"crop_pct\":0.95,\"mean\":[0.5,0.5,0.5]}}");
        assertEquals(ResizeRule.shortestEdge(235), beside().resize());
        assertEquals(List.of(0.5f, 0.5f, 0.5f), beside().mean());
    }

    @Test
    void oldFlatTimm() throws IOException {
        write(
                "config.json",
                "{\"architecture\":\"convnext_atto\",\"input_size\":[3,288,288],\"crop_pct\":0.95,\"interpolation\":\"bilinear\"}");
        assertEquals(Preprocessor.centerCrop(303, 288, Interpolation.BILINEAR), beside());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"size\":224,\"crop_pct\":0.875,\"resample\":3",
                "\"size\":{\"shortest_edge\":224},\"crop_pct\":null,\"do_resize\":\"True\"",
                "\"size\":224,\"rescale_factor\":0.00392156862745098,\"do_rescale\":true,\"do_normalize\":true"
            })
    void huggingFace(String fields) throws IOException {
        write("preprocessor_config.json", "{" + fields + "," + IMAGENET + "}");
        write("config.json", "{\"model_type\":\"convnext\",\"image_size\":384}");
        assertEquals(Preset.HF_224.preprocessor(), beside());
    }

    @Test
    void huggingFaceDefaultsAreNotImagenets() throws IOException {
        write("preprocessor_config.json", "{}");
        Preprocessor defaults = beside();
        assertEquals(ResizeRule.squash(384, 384), defaults.resize());
        assertEquals(384, defaults.height());
        assertEquals(List.of(0.5f, 0.5f, 0.5f), defaults.mean());
        assertEquals(List.of(0.5f, 0.5f, 0.5f), defaults.std());
    }

    @Test
    void huggingFaceVariants() throws IOException {
        write("preprocessor_config.json", "{\"size\":{\"height\":256,\"width\":192},\"resample\":2," + IMAGENET + "}");
        assertEquals(ResizeRule.squash(256, 192), beside().resize());
        assertEquals(192, beside().width());
        assertEquals(Interpolation.BILINEAR, beside().interpolation());
        write("preprocessor_config.json", "{\"do_normalize\":false,\"do_rescale\":false}");
        assertEquals(1, beside().rescale());
        assertEquals(List.of(0f, 0f, 0f), beside().mean());
    }

    @Test
    void otherProcessorsOfHuggingFace() throws IOException {
        // As Bit's class has it, which is not as ConvNeXt's has it.
        write("preprocessor_config.json", "{\"image_processor_type\":\"BitImageProcessor\"}");
        Preprocessor bit = beside();
        assertEquals(ResizeRule.shortestEdge(224), bit.resize());
        assertEquals(List.of(0.48145467f, 0.4578275f, 0.40821072f), bit.mean());
        write(
                "preprocessor_config.json",
                "{\"image_processor_type\":\"BitImageProcessorFast\",\"size\":{\"shortest_edge\":256},"
                        + "\"crop_size\":{\"height\":224,\"width\":192},\"do_pad\":null,\"do_convert_rgb\":true,"
                        + IMAGENET + "}");
        Preprocessor cropped = Preprocessor.centerCrop(256, 224, Interpolation.BICUBIC)
                .withCrop(224, 192)
                .withRounding(CropRounding.FLOOR);
        assertEquals(cropped, beside());
        write(
                "preprocessor_config.json",
                "{\"feature_extractor_type\":\"CLIPFeatureExtractor\",\"size\":224,\"crop_size\":224,\"resample\":0}");
        assertEquals(Interpolation.NEAREST, beside().interpolation());
        assertEquals(bit, beside().withInterpolation(Interpolation.BICUBIC));
        write("preprocessor_config.json", "{\"image_processor_type\":\"ViTImageProcessor\",\"size\":192}");
        assertEquals(ResizeRule.squash(192, 192), beside().resize());
        assertEquals(Interpolation.BILINEAR, beside().interpolation());
        write("preprocessor_config.json", "{\"image_processor_type\":\"DINOv3ViTImageProcessorFast\"}");
        assertEquals(Preprocessor.squash(224, Interpolation.BILINEAR), beside());
    }

    @Test
    void convNextsProcessorCropsASecondTime() throws IOException {
        write(
                "preprocessor_config.json",
                "{\"size\":224,\"do_center_crop\":true,\"crop_size\":{\"height\":192,\"width\":200}," + IMAGENET + "}");
        assertEquals(Preset.HF_224.preprocessor().withCrop(192, 200), beside());
        // Squashed pictures may also be padded.
        write("preprocessor_config.json", "{\"size\":384,\"do_center_crop\":true,\"crop_size\":401," + IMAGENET + "}");
        assertEquals(Preset.SQUASH_384.preprocessor().withCrop(401, 401).withRounding(CropRounding.FLOOR), beside());
    }

    @Test
    void openClip() throws IOException {
        write(
                "open_clip_config.json",
                "{\"model_cfg\":{\"vision_cfg\":{\"timm_model_name\":\"convnext_base\",\"image_size\":256}},"
                        + "\"preprocess_cfg\":{\"mean\":[0.1,0.2,0.3],\"std\":[0.4,0.5,0.6],"
                        + "\"interpolation\":\"bilinear\",\"resize_mode\":\"squash\",\"size\":99}}");
        Preprocessor expected = Preprocessor.squash(256, Interpolation.BILINEAR)
                .withNormalisation(Preprocessor.TO_UNIT, List.of(0.1f, 0.2f, 0.3f), List.of(0.4f, 0.5f, 0.6f));
        assertEquals(expected, beside());
        // A preprocessor of Hugging Face's comes first, but not for weights of open_clip's name.
        write("preprocessor_config.json", "{\"image_processor_type\":\"CLIPImageProcessor\"}");
        assertEquals(224, beside().height());
        Path openClip = directory.resolve("open_clip_model.safetensors");
        assertEquals(expected, PreprocessorConfig.besideWeights(openClip).orElseThrow());
        write("open_clip_config.json", "{\"model_cfg\":{\"vision_cfg\":{}},\"preprocess_cfg\":null}");
        Preprocessor defaults = PreprocessorConfig.besideWeights(openClip).orElseThrow();
        assertEquals(ResizeRule.shortestEdge(224), defaults.resize());
        assertEquals(0.48145467f, defaults.mean().get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "preprocessor_config.json; {\"size\":31}; size",
                "preprocessor_config.json; {\"size\":64,\"do_center_crop\":true,\"crop_size\":30}; crop_size",
                "config.json; {\"pretrained_cfg\":{\"input_size\":[3,16,16]}}; pretrained_cfg.input_size",
                "config.json; {\"model_type\":\"convnext\",\"image_size\":4}; image_size",
                "open_clip_config.json; {\"model_cfg\":{\"vision_cfg\":{\"image_size\":31}}}; vision_cfg.image_size"
            })
    void inputsTooSmallForTheNetworkAreNamed(String file, String json, String field) throws IOException {
        write(file, json);
        beside();
        ConfigException e = assertThrows(ConfigException.class, () -> PreprocessorConfig.besideWeights(weights(), 32));
        String message = Resources.message(e);
        assertTrue(message.contains(file) && message.contains(field) && message.contains("32 x 32"), message);
    }

    @Test
    void huggingFaceModelConfig() throws IOException {
        write("config.json", "{\"model_type\":\"convnextv2\",\"image_size\":224}");
        assertEquals(Preset.HF_224.preprocessor(), beside());
        write("config.json", "{\"model_type\":\"convnext\",\"image_size\":384}");
        assertEquals(Preset.SQUASH_384.preprocessor(), beside());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "preprocessor_config.json; {\"size\":\"big\"}; size",
                "preprocessor_config.json; {\"size\":0}; size",
                "preprocessor_config.json; {\"size\":2.5}; size",
                "preprocessor_config.json; {\"size\":{\"shortest_edge\":-1}}; size.shortest_edge",
                "preprocessor_config.json; {\"size\":{\"longest_edge\":9}}; size",
                "preprocessor_config.json; {\"size\":99999999}; 99999999",
                "preprocessor_config.json; {\"resample\":6}; resample must be 0 (nearest)",
                "preprocessor_config.json; {\"resample\":2.5}; resample",
                "preprocessor_config.json; {\"resample\":\"cubic\"}; resample",
                "preprocessor_config.json; {\"crop_pct\":0}; crop_pct",
                "preprocessor_config.json; {\"do_resize\":\"perhaps\"}; do_resize",
                "preprocessor_config.json; {\"do_resize\":false}; do_resize",
                "preprocessor_config.json; {\"image_mean\":[1,2]}; image_mean",
                "preprocessor_config.json; {\"image_mean\":[1,2,\"3\"]}; image_mean",
                "preprocessor_config.json; {\"image_std\":[1,0,1]}; image_std",
                "preprocessor_config.json; {\"image_std\":[1,1e-60,1]}; image_std",
                "preprocessor_config.json; {\"image_std\":[1,-1,1]}; image_std",
                "preprocessor_config.json; {\"image_mean\":[1e38,0,0]}; image_mean",
                "preprocessor_config.json; {\"rescale_factor\":0}; rescale_factor",
                "preprocessor_config.json; {\"rescale_factor\":1e300}; rescale_factor",
                "preprocessor_config.json; {\"size\":[224]}; size",
                "preprocessor_config.json; {\"size\":{\"height\":224}}; size",
                "preprocessor_config.json; {\"size\":{\"shortest_edge\":224,\"longest_edge\":999}}; size",
                "preprocessor_config.json; {\"size\":224,\"do_center_crop\":true}; crop_size",
                "preprocessor_config.json; {\"size\":224,\"do_center_crop\":true,\"crop_size\":193}; crop_size",
                "preprocessor_config.json; {\"size\":224,\"do_center_crop\":true,\"crop_size\":256}; crop_size",
                "preprocessor_config.json; {\"size\":384,\"do_center_crop\":true,\"crop_size\":99999}; crop_size",
                "preprocessor_config.json; {\"do_pad\":true}; do_pad",
                "preprocessor_config.json; {\"do_flip_channel_order\":true}; do_flip_channel_order",
                "preprocessor_config.json; {\"image_processor_type\":\"BlipImageProcessor\"}; image_processor_type",
                "preprocessor_config.json; {\"feature_extractor_type\":\"BeitFeatureExtractor\"}; feature_extractor_type",
                "preprocessor_config.json; {\"image_processor_type\":\"BitImageProcessor\",\"do_center_crop\":false}; size",
                "open_clip_config.json; {}; model_cfg",
                "open_clip_config.json; {\"model_cfg\":{\"vision_cfg\":{\"image_size\":0}}}; image_size",
                "open_clip_config.json; {\"model_cfg\":{\"vision_cfg\":{\"image_size\":[9,8]}}}; image_size",
                "open_clip_config.json; {\"model_cfg\":{\"vision_cfg\":{}},\"preprocess_cfg\":{\"resize_mode\":\"longest\"}}; resize_mode",
                "open_clip_config.json; {\"model_cfg\":{\"vision_cfg\":{}},\"preprocess_cfg\":{\"interpolation\":\"box\"}}; interpolation",
                "open_clip_config.json; {\"model_cfg\":{\"vision_cfg\":{}},\"preprocess_cfg\":{\"std\":[1,1,0]}}; preprocess_cfg.std",
                "preprocessor_config.json; {\"rescale_factor\":\"1/255\"}; rescale_factor",
                "preprocessor_config.json; [1]; not a JSON object",
                "preprocessor_config.json; {\"size\":; not valid JSON",
                "preprocessor_config.json; {} {}; not valid JSON",
                "config.json; {\"pretrained_cfg\":3}; pretrained_cfg",
                "config.json; {\"pretrained_cfg\":{\"input_size\":[3,224]}}; pretrained_cfg.input_size",
                "config.json; {\"pretrained_cfg\":{\"input_size\":[3,224,192]}}; pretrained_cfg.input_size",
                "config.json; {\"pretrained_cfg\":{\"crop_mode\":\"border\"}}; pretrained_cfg.crop_mode",
                "config.json; {\"pretrained_cfg\":{\"interpolation\":\"random\"}}; pretrained_cfg.interpolation",
                "config.json; {\"pretrained_cfg\":{\"crop_pct\":1e-9}}; pretrained_cfg.crop_pct",
                "config.json; {\"image_size\":\"224\"}; image_size"
            })
    void malformedFilesAreNamed(String file, String json, String problem) throws IOException {
        write(file, json);
        ConfigException e = assertThrows(ConfigException.class, this::beside);
        String message = Resources.message(e);
        assertTrue(message.contains(directory.resolve(file).toString()) && message.contains(problem), message);
    }

    @Test
    void deepAndHugeFilesAreRefused() throws IOException {
        write("config.json", "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}");
        assertThrows(ConfigException.class, this::beside);
        Files.write(directory.resolve("config.json"), new byte[(32 << 20) + 1]);
        ConfigException e = assertThrows(ConfigException.class, this::beside);
        assertTrue(Resources.message(e).contains("bytes"));
    }

    private Path weights() {
        return directory.resolve("model.safetensors");
    }

    private Preprocessor beside() {
        return PreprocessorConfig.besideWeights(weights()).orElseThrow();
    }

    private void write(String name, String json) throws IOException {
        Files.writeString(directory.resolve(name), json);
    }
}
