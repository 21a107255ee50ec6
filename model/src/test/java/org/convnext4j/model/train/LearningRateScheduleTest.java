package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {
    /** The released code's cosine_scheduler(4e-3, 1e-6, 3, 7, warmup_steps=5), run with numpy. */
    private static final double[] SHORT = {
        0.0,
        0.001,
        0.002,
        0.003,
        0.004,
        0.004,
        0.00396158016816626,
        0.003847797125256318,
        0.0036630234897989393,
        0.0034143600089825018,
        0.003111362680922695,
        0.002765675523013997,
        0.002390583098871249,
        0.0020005,
        0.0016104169011287516,
        0.001235324476986003,
        0.0008896373190773059,
        0.0005866399910174983,
        0.0003379765102010606,
        0.00015320287474368215,
        3.9419831833740754e-05
    };

    /** A cosine of another library may differ in its last bit, of values up to 4e-3. */
    private static final double ROUNDING = 1e-18;

    @Test
    void aShortRunIsNumpys() {
        LearningRateSchedule schedule = new LearningRateSchedule(4e-3, 1e-6, 5, 21);
        for (int step = 0; step < SHORT.length; step++) {
            assertEquals(SHORT[step], schedule.at(step), ROUNDING, "step " + step);
        }
    }

    /** Tiny on ImageNet: 1,281,167 pictures in batches of 4096. */
    @ParameterizedTest
    @CsvSource({
        "0,     0.0",
        "1,     6.411283859592884e-07",
        "777,   0.000498156755890367",
        "6238,  0.003999358871614041",
        "6239,  0.004",
        "6240,  0.004",
        "6241,  0.003999999998707098",
        "50000, 0.0019947476136943794",
        "93599, 1.0000012929028863e-06",
    })
    void thePapersRunIsNumpys(long step, double rate) {
        LearningRateSchedule schedule =
                LearningRateSchedule.of(TrainingPreset.of("tiny-1k").config(), 1_281_167 / 4096);
        assertEquals(93_600, schedule.steps());
        assertEquals(rate, schedule.at(step), ROUNDING);
    }

    @Test
    void theEndsAreTheRules() {
        TrainingConfig config = TrainingPreset.of("tiny-1k").config().with(List.of("epochs=2", "warmupEpochs=1"));
        LearningRateSchedule schedule = LearningRateSchedule.of(config, 10);
        assertEquals(0, schedule.at(0));
        assertEquals(4e-3, schedule.at(9));
        assertEquals(4e-3, schedule.at(10));
        assertTrue(schedule.at(19) > 1e-6);
        assertEquals(10, schedule.warmupSteps());
        assertEquals(
                3,
                LearningRateSchedule.of(config.with(List.of("warmupSteps=3")), 10)
                        .warmupSteps());
        assertEquals(
                4e-3,
                LearningRateSchedule.of(config.with(List.of("warmupEpochs=0")), 10)
                        .at(0));
    }

    @Test
    void extremesAreDefined() {
        assertEquals(0, new LearningRateSchedule(1, 0, 1, 2).at(0));
        assertEquals(1, new LearningRateSchedule(1, 0, 1, 2).at(1));
        assertEquals(1, new LearningRateSchedule(1, 0, 4, 4).at(3));
        LearningRateSchedule schedule = new LearningRateSchedule(1, 0, 0, 4);
        assertThrows(IllegalArgumentException.class, () -> schedule.at(-1));
        assertThrows(IllegalArgumentException.class, () -> schedule.at(4));
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> new LearningRateSchedule(1, 0, 5, 4))
                        .getMessage());
        assertTrue(message.contains("lower schedule.warmupSteps"), message);
        TrainingConfig config = TrainingPreset.of("tiny-1k").config();
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.of(config, 0));
    }
}
