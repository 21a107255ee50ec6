package org.convnext4j.tools.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.util.List;

/**
 * Lines over axes whose marks are at round numbers and whose both ends have one, in a plot that has the same place in every
 * chart, so that epochs are one below the other. XChart, which draws the other charts, makes the plot as wide as legend and
 * labels leave it, and marks the values themselves where they are evenly spaced, as epochs are.
 *
 * @param title above the lines
 * @param xTitle what x is
 * @param yTitle what y is, with its unit
 * @param lines one colour each
 * @param x axis
 * @param y axis
 */
record LineChart(String title, String xTitle, String yTitle, List<Line> lines, RoundAxis x, RoundAxis y) {
    /**
     * A line.
     *
     * @param name for the legend
     * @param points from left to right
     */
    record Line(String name, List<Point> points) {
        Line {
            points = List.copyOf(points);
        }
    }

    /** A place on the axes. */
    record Point(double x, double y) {}

    private static final int LEFT = 80;
    private static final int RIGHT = 150;
    private static final int TOP = 40;
    private static final int BOTTOM = 52;
    private static final int GAP = 8;
    private static final int MARK = 4;
    private static final int MARKED_POINTS = 40;
    private static final int LEGEND_LINE = 24;
    private static final Color GRID = new Color(0xdddddd);
    private static final Color INK = new Color(0x333333);
    private static final List<Color> COLORS =
            List.of(new Color(0x1f6f8b), new Color(0xd98032), new Color(0x6a8f3a), new Color(0x8a4f8f));
    private static final Font LABELS = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);

    /** Copies the list. */
    LineChart {
        lines = List.copyOf(lines);
    }

    /** Draws into a part of a picture. */
    void paint(Graphics2D graphics, Rectangle part) {
        Rectangle plot =
                new Rectangle(part.x + LEFT, part.y + TOP, part.width - LEFT - RIGHT, part.height - TOP - BOTTOM);
        graphics.setFont(TITLE);
        graphics.setColor(INK);
        FontMetrics metrics = graphics.getFontMetrics();
        graphics.drawString(title, plot.x + (plot.width - metrics.stringWidth(title)) / 2, part.y + TOP - 2 * GAP);
        graphics.setFont(LABELS);
        paintX(graphics, plot);
        paintY(graphics, plot, part.x);
        for (int i = 0; i < lines.size(); i++) {
            graphics.setColor(COLORS.get(i % COLORS.size()));
            paintLine(graphics, plot, lines.get(i));
            paintLegend(graphics, plot, i);
        }
    }

    private void paintX(Graphics2D graphics, Rectangle plot) {
        FontMetrics metrics = graphics.getFontMetrics();
        int bottom = plot.y + plot.height;
        for (double mark : x.marks()) {
            int at = (int) Math.round(xOf(plot, mark));
            graphics.setColor(GRID);
            graphics.drawLine(at, plot.y, at, bottom);
            graphics.setColor(INK);
            graphics.drawLine(at, bottom, at, bottom + MARK);
            String label = x.label(mark);
            graphics.drawString(label, at - metrics.stringWidth(label) / 2, bottom + MARK + metrics.getAscent() + 2);
        }
        graphics.drawLine(plot.x, bottom, plot.x + plot.width, bottom);
        graphics.drawString(xTitle, plot.x + (plot.width - metrics.stringWidth(xTitle)) / 2, bottom + BOTTOM - GAP);
    }

    private void paintY(Graphics2D graphics, Rectangle plot, int left) {
        FontMetrics metrics = graphics.getFontMetrics();
        for (double mark : y.marks()) {
            int at = (int) Math.round(yOf(plot, mark));
            graphics.setColor(GRID);
            graphics.drawLine(plot.x, at, plot.x + plot.width, at);
            graphics.setColor(INK);
            graphics.drawLine(plot.x - MARK, at, plot.x, at);
            String label = y.label(mark);
            graphics.drawString(
                    label, plot.x - MARK - GAP / 2 - metrics.stringWidth(label), at + metrics.getAscent() / 2 - 1);
        }
        graphics.drawLine(plot.x, plot.y, plot.x, plot.y + plot.height);
        AffineTransform upright = graphics.getTransform();
        graphics.rotate(-Math.PI / 2);
        graphics.drawString(
                yTitle,
                -(plot.y + (plot.height + metrics.stringWidth(yTitle)) / 2),
                left + metrics.getAscent() + GAP / 2);
        graphics.setTransform(upright);
    }

    private void paintLine(Graphics2D graphics, Rectangle plot, Line line) {
        Path2D path = new Path2D.Double();
        for (Point point : line.points()) {
            double px = xOf(plot, point.x());
            double py = yOf(plot, point.y());
            if (path.getCurrentPoint() == null) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
            if (line.points().size() <= MARKED_POINTS) {
                graphics.fill(new Ellipse2D.Double(px - MARK / 2.0 - 1, py - MARK / 2.0 - 1, MARK + 2, MARK + 2));
            }
        }
        graphics.setStroke(new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(path);
        graphics.setStroke(new BasicStroke(1));
    }

    private void paintLegend(Graphics2D graphics, Rectangle plot, int line) {
        int at = plot.x + plot.width + 2 * GAP;
        int middle = plot.y + LEGEND_LINE / 2 + line * LEGEND_LINE;
        graphics.fillRect(at, middle - 1, 2 * GAP, 3);
        graphics.setColor(INK);
        graphics.drawString(
                lines.get(line).name(),
                at + 3 * GAP,
                middle + graphics.getFontMetrics().getAscent() / 2 - 1);
    }

    private double xOf(Rectangle plot, double value) {
        return plot.x + plot.width * (value - x.min()) / (x.max() - x.min());
    }

    private double yOf(Rectangle plot, double value) {
        return plot.y + plot.height * (y.max() - value) / (y.max() - y.min());
    }
}
