package org.convnext4j.model.run;

import java.util.List;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NetworkPlan;

/**
 * What some layers that run together take in a pass.
 *
 * @param section {@code stem}, {@code stage 0} and so on, or {@code head}
 * @param layers in order
 * @param input what goes into the first, for one picture
 * @param millis of a pass: the median
 */
public record LayerTime(String section, List<Layer> layers, MapShape input, double millis) {
    /** Multiply-adds for one picture. */
    public long macs() {
        return NetworkPlan.macs(layers, input);
    }

    /** What comes out of the last, for one picture. */
    public MapShape output() {
        return NetworkPlan.output(layers, input);
    }
}
