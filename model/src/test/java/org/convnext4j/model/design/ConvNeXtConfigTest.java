package org.convnext4j.model.design;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvNeXtConfigTest {
    private static final double GIGA = 1e9;

    @ParameterizedTest
    @CsvSource({
        "TINY, 28589128, 44615857, 4.4555, 7.3648, 13.0923",
        "SMALL, 50223688, 66250417, 8.6837, 14.3542, 25.5180",
        "BASE, 88591464, 109953489, 15.3547, 25.3816, 45.1221",
        "LARGE, 197767336, 229799953, 34.3614, 56.8006, 100.9776",
        "XLARGE, 350196968, 392900177, 60.9210, 100.7049, 179.0293"
    })
    void publishedSizes(
            Variant variant, long parameters, long parameters22k, double at224, double at288, double at384) {
        ConvNeXtConfig config = ConvNeXtConfig.of(variant);
        assertEquals(parameters, config.parameters());
        assertEquals(parameters22k, config.withClasses(21841).parameters());
        assertEquals(at224, config.macs(224, 224) / GIGA, 5e-5);
        assertEquals(at288, config.macs(288, 288) / GIGA, 5e-5);
        assertEquals(at384, config.macs(384, 384) / GIGA, 5e-5);
        assertEquals(Optional.of(variant), config.variant());
        assertEquals("convnext-" + variant.label(), config.name());
        assertEquals(Optional.of(variant), Variant.of(variant.label()));
    }

    @Test
    void oddSidesAreFlooredAtEveryStride() {
        ConvNeXtConfig config = ConvNeXtConfig.of(Variant.TINY);
        assertEquals(config.macs(32, 32), config.macs(35, 35));
        // 75 -> 18 -> 9 -> 4 -> 2 and 51 -> 12 -> 6 -> 3 -> 1
        ConvNeXtConfig toy = ConvNeXtConfig.of(List.of(1, 1, 1, 1), List.of(1, 1, 1, 1), 1);
        long positions = 18 * 12 + 9 * 6 + 4 * 3 + 2;
        assertEquals(18 * 12 * 48 + positions * 57 + 4 * (9 * 6 + 4 * 3 + 2) + 1, toy.macs(75, 51));
    }

    @Test
    void tooSmallPicturesAreRefused() {
        ConvNeXtConfig config = ConvNeXtConfig.of(Variant.TINY);
        assertEquals(32, config.minimumSide());
        assertThrows(IllegalArgumentException.class, () -> config.macs(31, 32));
        assertThrows(IllegalArgumentException.class, () -> config.macs(32, 31));
    }

    @Test
    void withoutLayerScaleThereIsOneGammaLessPerBlock() {
        ConvNeXtConfig config = ConvNeXtConfig.of(Variant.TINY);
        long gammas = 3 * 96 + 3 * 192 + 9 * 384 + 3 * 768;
        assertEquals(config.parameters() - gammas, config.withLayerScale(false).parameters());
        assertEquals(18, config.blocks());
    }

    @Test
    void impossibleNumbersAreRefused() {
        List<Integer> four = List.of(1, 1, 1, 1);
        assertThrows(IllegalArgumentException.class, () -> ConvNeXtConfig.of(List.of(1, 1, 1), four, 1));
        assertThrows(IllegalArgumentException.class, () -> ConvNeXtConfig.of(List.of(1, 0, 1, 1), four, 1));
        assertThrows(IllegalArgumentException.class, () -> ConvNeXtConfig.of(four, List.of(1, 1, 1, -1), 1));
        assertThrows(IllegalArgumentException.class, () -> ConvNeXtConfig.of(four, four, -1));
        ConvNeXtConfig config = ConvNeXtConfig.of(four, four, 1);
        assertThrows(IllegalArgumentException.class, () -> config.withHeadNormEps(Double.NaN));
        assertEquals(Optional.empty(), config.variant());
        assertEquals("convnext-1.1.1.1-1.1.1.1", config.name());
    }
}
