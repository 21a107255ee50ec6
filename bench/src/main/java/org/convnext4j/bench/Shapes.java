package org.convnext4j.bench;

import java.util.List;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Variant;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.NetworkPlan;

/**
 * The shapes of one stage of a published size at 224 pixels.
 *
 * @param side pixels of the stage's map
 * @param channels C
 * @param before the side of the map that the stem or the downsampling in front of it reads
 * @param beforeChannels that map's channels
 * @param patch the side of that layer's patches
 */
public record Shapes(int side, int channels, int before, int beforeChannels, int patch) {
    /** Pixels of a picture's side. */
    public static final int PICTURE = 224;

    /** Classes of the head. */
    public static final int CLASSES = 1000;

    /** How many times wider the hidden layer of a block is. */
    public static final int EXPANSION = 4;

    /** The shapes of stage 0 to 3. */
    public static Shapes of(Variant variant, int stage) {
        NetworkPlan plan = ConvNeXtConfig.of(variant).plan();
        MapShape in = new MapShape(PICTURE, PICTURE, plan.inChannels());
        List<Layer> before = plan.stem();
        for (int s = 0; s < stage; s++) {
            in = NetworkPlan.output(plan.stages().get(s).blocks(), NetworkPlan.output(before, in));
            before = plan.stages().get(s + 1).downsample();
        }
        MapShape map = NetworkPlan.output(before, in);
        return new Shapes(map.height(), map.channels(), in.height(), in.channels(), in.height() / map.height());
    }

    /** Pixels of the map. */
    public int pixels() {
        return side * side;
    }

    /** C of the block's hidden layer. */
    public int hidden() {
        return EXPANSION * channels;
    }
}
