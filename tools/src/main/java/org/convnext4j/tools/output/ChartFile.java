package org.convnext4j.tools.output;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Writes charts as a PNG file that appears under its name only when it is complete. Call {@link Drawing#begin} before the
 * first chart is made.
 */
public final class ChartFile {
    private ChartFile() {}

    /** Writes charts, one below the other, over an old file if there is one. */
    public static void write(Path file, int width, List<? extends Chart<?, ?>> charts) {
        int height = charts.stream().mapToInt(Chart::getHeight).sum();
        write(file, width, height, graphics -> {
            for (Chart<?, ?> chart : charts) {
                chart.paint(graphics, width, chart.getHeight());
                graphics.translate(0, chart.getHeight());
            }
        });
    }

    /** Writes what is painted on white, over an old file if there is one. */
    public static void write(Path file, int width, int height, Consumer<Graphics2D> painter) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, width, height);
            painter.accept(graphics);
        } finally {
            graphics.dispose();
        }
        PngFile.write(file, image);
    }
}
