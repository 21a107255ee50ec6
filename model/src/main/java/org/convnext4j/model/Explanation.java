package org.convnext4j.model;

import java.awt.image.BufferedImage;
import org.convnext4j.model.explain.ClassActivationMap;
import org.convnext4j.model.explain.HeatMap;
import org.convnext4j.model.image.RgbImage;

/**
 * Where in a picture the evidence for a class is.
 *
 * @param prediction the class and its probability
 * @param map the evidence, a number for each position of the network's last map; above 0 in favour
 * @param picture the picture as the network saw it: resized and cropped
 */
public record Explanation(Prediction prediction, ClassActivationMap map, RgbImage picture) {
    /**
     * The picture with the map over it: dark where there is no evidence or some against the class, clear and from red to
     * yellow where there is some in favour. Small pictures are enlarged by a whole number. Needs no display.
     */
    public BufferedImage overlay() {
        return HeatMap.over(picture, map).toBufferedImage();
    }
}
