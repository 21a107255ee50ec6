package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    /** Ten seconds of compiling are forgotten with the next step, not within twenty. */
    @Test
    void theFirstStepsDoNotCount() {
        Pace pace = new Pace();
        assertEquals(Duration.ZERO, pace.left(100, 0));
        assertEquals(0, pace.imagesPerSecond(8));
        pace.add(10);
        assertEquals(Duration.ofSeconds(1000), pace.left(100, 0));
        pace.add(2);
        assertEquals(Duration.ofSeconds(200), pace.left(100, 0));
        for (int i = 0; i < 3; i++) {
            pace.add(1.5);
        }
        pace.add(0.5);
        assertEquals(Duration.ofSeconds(50), pace.left(100, 0));
        assertEquals(16, pace.imagesPerSecond(8));
        pace.add(0.25);
        pace.add(0.75);
        assertEquals(Duration.ofSeconds(50), pace.left(100, 0));
    }

    @Test
    void theLatestCountAlike() {
        Pace pace = new Pace();
        for (int i = 0; i < 1000; i++) {
            pace.add(3);
        }
        for (int i = 0; i < 16; i++) {
            pace.add(1);
        }
        assertEquals(Duration.ofSeconds(20), pace.left(10, 0));
        for (int i = 0; i < 16; i++) {
            pace.add(1);
        }
        assertEquals(Duration.ofSeconds(10), pace.left(10, 0));
        pace.evaluated(2);
        assertEquals(Duration.ofSeconds(16), pace.left(10, 3));
    }
}
