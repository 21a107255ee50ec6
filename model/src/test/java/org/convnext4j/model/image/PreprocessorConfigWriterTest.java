package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read back as it was. */
class PreprocessorConfigWriterTest {
    private static final List<Float> MEAN = List.of(0.5f, 0.25f, 0.125f);
    private static final List<Float> STD = List.of(0.1f, 0.3f, 0.7f);

    @TempDir
    private Path folder;

    private static Stream<Preprocessor> preprocessors() {
        Preprocessor squashed = Preprocessor.squash(96, Interpolation.LANCZOS).withNormalisation(1 / 255.0, MEAN, STD);
        Stream<Preprocessor> others = Stream.of(
                Preprocessor.centerCrop(248, 224, Interpolation.BILINEAR).withRounding(CropRounding.FLOOR),
                Preprocessor.centerCrop(73, 64, Interpolation.HAMMING),
                Preprocessor.centerCrop(384, 384, Interpolation.BICUBIC),
                Preprocessor.centerCrop(439, 384, Interpolation.BOX),
                // Smaller than the crop, so that it is padded.
                Preprocessor.centerCrop(200, 224, Interpolation.NEAREST),
                Preprocessor.centerCrop(256, 224, Interpolation.BICUBIC).withCrop(224, 192),
                squashed,
                squashed.withRounding(CropRounding.FLOOR),
                squashed.withResize(ResizeRule.squash(120, 110)),
                squashed.withResize(ResizeRule.squash(96, 128)).withCrop(96, 128),
                squashed.withResize(ResizeRule.squash(100, 300)).withCrop(96, 128),
                Preprocessor.squash(512, Interpolation.BICUBIC));
        return Stream.concat(Arrays.stream(Preset.values()).map(Preset::preprocessor), others);
    }

    @ParameterizedTest
    @MethodSource("preprocessors")
    void huggingFacesFile(Preprocessor pictures) throws IOException {
        Path file = write(PreprocessorConfigWriter.huggingFace(pictures));
        assertEquals(pictures, PreprocessorConfig.huggingFace(file));
        Preprocessor raw = pictures.withNormalisation(1, List.of(0f, 10f, 20f), List.of(50f, 60f, 70f));
        assertEquals(raw, PreprocessorConfig.huggingFace(write(PreprocessorConfigWriter.huggingFace(raw))));
    }

    @ParameterizedTest
    @MethodSource("preprocessors")
    void timmsFile(Preprocessor pictures) throws IOException {
        assertEquals(pictures, PreprocessorConfig.timm(write(timm(pictures)), false));
    }

    private static ObjectNode timm(Preprocessor pictures) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("pretrained_cfg", PreprocessorConfigWriter.timm(pictures, 3));
        PreprocessorConfigWriter.timmLacks(pictures).ifPresent(own -> root.set(OwnFields.NAME, own));
        return root;
    }

    /** Every edge of every crop: the quotients of floating-point numbers must not lose a pixel. */
    @Test
    void everyShareGivesItsEdge() throws IOException {
        for (int crop = 32; crop <= 320; crop += 31) {
            for (int edge = crop; edge < crop * 2; edge++) {
                Preprocessor pictures = Preprocessor.centerCrop(edge, crop, Interpolation.BICUBIC);
                double share = PreprocessorConfigWriter.timm(pictures, 3)
                        .path("crop_pct")
                        .asDouble();
                assertEquals(edge, (int) Math.floor(crop / share), crop + " of " + edge);
                assertTrue(PreprocessorConfigWriter.timmLacks(pictures).isEmpty());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"256, 224, 0.875", "235, 224, 0.95", "101, 96, 0.95", "73, 64, 0.8767", "224, 224, 1.0"})
    void theShareIsAsShortAsItMayBe(int edge, int crop, double share) {
        Preprocessor pictures = Preprocessor.centerCrop(edge, crop, Interpolation.BICUBIC);
        assertEquals(
                share,
                PreprocessorConfigWriter.timm(pictures, 3).path("crop_pct").asDouble());
    }

    @ParameterizedTest
    @CsvSource({
        "HF_224, ConvNextImageProcessor",
        "TIMM_288, ConvNextImageProcessor",
        "SQUASH_384, ConvNextImageProcessor"
    })
    void theProcessorForConvNextsWhereItCan(Preset preset, String name) {
        ObjectNode root = PreprocessorConfigWriter.huggingFace(preset.preprocessor());
        assertEquals(name, root.path("image_processor_type").asText());
    }

    @Test
    void anotherProcessorWhereThatOfConvNextsCannot() {
        assertEquals("BitImageProcessor", kind(Preprocessor.centerCrop(384, 384, Interpolation.BICUBIC)));
        assertEquals("ViTImageProcessor", kind(Preprocessor.squash(64, Interpolation.BICUBIC)));
    }

    private static String kind(Preprocessor pictures) {
        return PreprocessorConfigWriter.huggingFace(pictures)
                .path("image_processor_type")
                .asText();
    }

    /** timm divides by 255, so that mean and deviation take up another factor: the same numbers but for rounding. */
    @Test
    void anotherFactorGoesIntoTheMean() throws IOException {
        Preprocessor raw =
                Preset.HF_224.preprocessor().withNormalisation(1, List.of(124f, 116f, 104f), List.of(58f, 57f, 57f));
        Preprocessor read = PreprocessorConfig.timm(write(timm(raw)), false);
        assertEquals(Preprocessor.TO_UNIT, read.rescale());
        for (int c = 0; c < 3; c++) {
            assertEquals(raw.mean().get(c) / 255, read.mean().get(c), 1e-6);
            assertEquals(raw.std().get(c) / 255, read.std().get(c), 1e-6);
        }
        assertEquals(CropRounding.FLOOR, read.rounding());
    }

    @Test
    void aFileWithAnImpossibleFieldIsRefused() throws IOException {
        ObjectNode root = timm(Preset.TIMM_224.preprocessor());
        root.putObject("convnext4j").put("crop_rounding", "up");
        Path file = write(root);
        ConfigException refusal = assertThrows(ConfigException.class, () -> PreprocessorConfig.timm(file, false));
        assertTrue(String.valueOf(refusal.getMessage()).contains("convnext4j.crop_rounding"), refusal.getMessage());
    }

    private Path write(ObjectNode root) throws IOException {
        return Files.writeString(folder.resolve("config.json"), root.toPrettyString());
    }
}
