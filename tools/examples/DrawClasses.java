import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Draws a data set to try training on: pictures of six shapes in folders {@code train/SHAPE} and {@code val/SHAPE}, of many
 * sizes and four formats, with two files that cannot be read among them. The same arguments draw the same pictures.
 *
 * <p>{@code java DrawClasses.java FOLDER [TRAINING-PICTURES-A-CLASS [VALIDATION-PICTURES-A-CLASS [SEED]]]}
 */
public final class DrawClasses {
    private static final List<String> SHAPES = List.of("circle", "cross", "ring", "square", "stripes", "triangle");
    private static final List<String> FORMATS = List.of("jpg", "png", "bmp", "gif");
    private static final int SMALLEST = 48;
    private static final int LARGEST = 300;

    private final Random random;

    private DrawClasses(long seed) {
        this.random = new Random(seed);
    }

    public static void main(String[] args) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Path folder = Path.of(args[0]);
        int training = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        int validation = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        DrawClasses drawing = new DrawClasses(args.length > 3 ? Long.parseLong(args[3]) : 0);
        for (String shape : SHAPES) {
            drawing.folder(folder.resolve("train").resolve(shape), shape, training);
            drawing.folder(folder.resolve("val").resolve(shape), shape, validation);
        }
        breakTwo(folder.resolve("train"));
    }

    private void folder(Path folder, String shape, int pictures) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < pictures; i++) {
            String format = FORMATS.get(random.nextInt(FORMATS.size()));
            Path file = folder.resolve("%s-%03d.%s".formatted(shape, i, format));
            if (!ImageIO.write(picture(shape), format, file.toFile())) {
                throw new IOException(file + ": this Java cannot write " + format);
            }
        }
    }

    /** A JPEG of which the second half is missing, and a text with the name of a picture. */
    private static void breakTwo(Path train) throws IOException {
        BufferedImage whole = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
        Path cut = train.resolve("circle").resolve("cut.jpg");
        ImageIO.write(whole, "jpg", cut.toFile());
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        Files.writeString(train.resolve("square").resolve("text.png"), "this is no picture\n");
    }

    private BufferedImage picture(String shape) {
        int width = between(SMALLEST, LARGEST);
        int height = Math.max(SMALLEST, Math.min(LARGEST, (int) (width * (0.7 + 0.6 * random.nextDouble()))));
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        Color ground = colour();
        graphics.setColor(ground);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(farFrom(ground));
        double side = Math.min(width, height) * (0.4 + 0.4 * random.nextDouble());
        double x = (width - side) * random.nextDouble();
        double y = (height - side) * random.nextDouble();
        graphics.translate(x + side / 2, y + side / 2);
        graphics.rotate(Math.toRadians(between(-20, 20)));
        graphics.scale(side / 2, side / 2);
        graphics.fill(outline(shape));
        graphics.dispose();
        speckle(picture);
        return picture;
    }

    /** A shape in the square from (-1, -1) to (1, 1). */
    private static java.awt.Shape outline(String shape) {
        switch (shape) {
            case "circle":
                return new Ellipse2D.Double(-1, -1, 2, 2);
            case "ring":
                Area ring = new Area(new Ellipse2D.Double(-1, -1, 2, 2));
                ring.subtract(new Area(new Ellipse2D.Double(-0.55, -0.55, 1.1, 1.1)));
                return ring;
            case "square":
                return new Rectangle2D.Double(-0.9, -0.9, 1.8, 1.8);
            case "cross":
                Area cross = new Area(new Rectangle2D.Double(-1, -0.3, 2, 0.6));
                cross.add(new Area(new Rectangle2D.Double(-0.3, -1, 0.6, 2)));
                return cross;
            case "stripes":
                Area stripes = new Area();
                for (int i = 0; i < 4; i++) {
                    stripes.add(new Area(new Rectangle2D.Double(-1, -1 + 0.55 * i, 2, 0.3)));
                }
                return stripes;
            default:
                Path2D triangle = new Path2D.Double();
                triangle.moveTo(0, -1);
                triangle.lineTo(0.95, 0.8);
                triangle.lineTo(-0.95, 0.8);
                triangle.closePath();
                return triangle;
        }
    }

    private void speckle(BufferedImage picture) {
        int strength = between(5, 30);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                int rgb = picture.getRGB(x, y);
                int noise = random.nextInt(2 * strength + 1) - strength;
                picture.setRGB(
                        x,
                        y,
                        new Color(
                                        level((rgb >> 16 & 255) + noise),
                                        level((rgb >> 8 & 255) + noise),
                                        level((rgb & 255) + noise))
                                .getRGB());
            }
        }
    }

    private Color farFrom(Color ground) {
        while (true) {
            Color colour = colour();
            int distance = Math.abs(colour.getRed() - ground.getRed())
                    + Math.abs(colour.getGreen() - ground.getGreen())
                    + Math.abs(colour.getBlue() - ground.getBlue());
            if (distance > 150) {
                return colour;
            }
        }
    }

    private Color colour() {
        return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
    }

    private int between(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    private static int level(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
