package org.convnext4j.tools.output;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** Java's drawing, which needs no screen but fonts. */
public final class Drawing {
    private Drawing() {}

    /**
     * Makes ready to draw; call it before anything is drawn or any chart is made. Where drawing is to be possible after
     * the JVM was asked to end, it must have been called before.
     *
     * @throws ToolException if this system has no fonts or not what Java reads them with
     */
    public static void begin() {
        System.setProperty("java.awt.headless", "true");
        try {
            Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            try {
                graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
                graphics.drawString("begin", 0, 0);
            } finally {
                graphics.dispose();
            }
        } catch (RuntimeException | InternalError | LinkageError e) {
            throw new ToolException(
                    "pictures with text cannot be drawn: Java finds no fonts here (" + e.getMessage()
                            + "); install fontconfig and a font, in Debian fontconfig and fonts-dejavu-core",
                    e);
        }
    }
}
