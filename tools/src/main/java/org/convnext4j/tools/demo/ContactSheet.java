package org.convnext4j.tools.demo;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.tools.output.Drawing;

/** Pictures with what a model takes them for, on one sheet: right ones in green, wrong ones in red with the truth. */
final class ContactSheet {
    /** Pictures in a row. */
    static final int COLUMNS = 5;

    /** Pixels of a tile's width. */
    static final int TILE_WIDTH = 190;

    /** Pixels of a tile's height. */
    static final int TILE_HEIGHT = 226;

    /** Pixels of the heading above the first row. */
    static final int HEADING_HEIGHT = 64;

    /** Pixels around everything. */
    static final int MARGIN = 14;

    private static final int PICTURE = 168;
    private static final int FRAME = 4;
    private static final Color GROUND = new Color(0xf6f7f8);
    private static final Color TEXT = new Color(0x20262c);
    private static final Color FAINT = new Color(0x66707a);
    private static final Color RIGHT = new Color(0x2c7a3f);
    private static final Color WRONG = new Color(0xc0392b);

    /**
     * A picture and its prediction.
     *
     * @param picture any size; enlarged with crisp pixels
     * @param guess the most probable class
     * @param probability of the guess, 0 to 1
     * @param truth what it shows
     */
    record Tile(RgbImage picture, String guess, float probability, String truth) {
        boolean isRight() {
            return guess.equals(truth);
        }
    }

    private ContactSheet() {}

    /** Draws the sheet; {@link Drawing#begin} must have been called. */
    static BufferedImage draw(String heading, String below, List<Tile> tiles) {
        int rows = (tiles.size() + COLUMNS - 1) / COLUMNS;
        BufferedImage sheet = new BufferedImage(
                2 * MARGIN + COLUMNS * TILE_WIDTH,
                2 * MARGIN + HEADING_HEIGHT + rows * TILE_HEIGHT,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            graphics.setColor(GROUND);
            graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            int left = MARGIN + (TILE_WIDTH - PICTURE) / 2;
            text(graphics, heading, Font.BOLD, 20, TEXT, left, MARGIN + 22);
            text(graphics, below, Font.PLAIN, 13, FAINT, left, MARGIN + 43);
            for (int i = 0; i < tiles.size(); i++) {
                int x = MARGIN + i % COLUMNS * TILE_WIDTH;
                int y = MARGIN + HEADING_HEIGHT + i / COLUMNS * TILE_HEIGHT;
                draw(graphics, tiles.get(i), x + (TILE_WIDTH - PICTURE) / 2, y);
            }
        } finally {
            graphics.dispose();
        }
        return sheet;
    }

    private static void draw(Graphics2D graphics, Tile tile, int x, int y) {
        Color color = tile.isRight() ? RIGHT : WRONG;
        graphics.setColor(color);
        graphics.fillRect(x - FRAME, y - FRAME, PICTURE + 2 * FRAME, PICTURE + 2 * FRAME);
        graphics.drawImage(tile.picture().toBufferedImage(), x, y, PICTURE, PICTURE, null);
        String sure = String.format(Locale.ROOT, "%.1f %%", 100 * tile.probability());
        int line = y + PICTURE + FRAME + 17;
        text(graphics, tile.guess(), Font.BOLD, 14, color, x - FRAME, line);
        Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        FontMetrics metrics = graphics.getFontMetrics(plain);
        text(graphics, sure, Font.PLAIN, 13, FAINT, x + PICTURE + FRAME - metrics.stringWidth(sure), line);
        if (!tile.isRight()) {
            text(graphics, "is: " + tile.truth(), Font.PLAIN, 13, TEXT, x - FRAME, line + 17);
        }
    }

    private static void text(Graphics2D graphics, String text, int style, int size, Color color, int x, int y) {
        graphics.setFont(new Font(Font.SANS_SERIF, style, size));
        graphics.setColor(color);
        graphics.drawString(text, x, y);
    }
}
