package org.convnext4j.model.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.Test;

class HeatMapTest {
    /** Evidence at the right end only: there the picture is clear and warm, at the left it is dark. */
    @Test
    void aHeatMapIsWarmWhereTheEvidenceIs() {
        byte[] grey = new byte[100 * 200 * 3];
        Arrays.fill(grey, (byte) 120);
        ClassActivationMap map = new ClassActivationMap(0, 2, 4, new float[] {-3, 0, 0, 9, -3, 0, 0, 9}, 0);
        RgbImage drawn = HeatMap.over(new RgbImage(100, 200, grey), map);
        assertEquals(600, drawn.width());
        assertEquals(300, drawn.height());
        assertEquals(120 * 0.35, drawn.sample(150, 20, 0), 1);
        assertEquals(120 * 0.35, drawn.sample(150, 20, 2), 1);
        assertTrue(drawn.sample(150, 590, 0) > 180, "red");
        assertTrue(drawn.sample(150, 590, 1) > 150, "and green make yellow");
        assertTrue(drawn.sample(150, 590, 2) < 80, "without blue");
        RgbImage none =
                HeatMap.over(new RgbImage(100, 200, grey), new ClassActivationMap(0, 1, 1, new float[] {-1}, 0));
        assertEquals(120 * 0.35, none.sample(0, 0, 0), 1);
    }
}
