import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Locale;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;

/**
 * Names what a picture shows that was never in a file: it is drawn here, as a program would paint, scan or cut it.
 *
 * <p>{@code java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -cp ... ClassifyPicture.java MODEL}
 */
public final class ClassifyPicture {
    private ClassifyPicture() {}

    public static void main(String[] args) {
        BufferedImage picture = new BufferedImage(160, 120, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(new Color(40, 60, 120));
        graphics.fillRect(0, 0, 160, 120);
        graphics.setColor(new Color(230, 180, 40));
        graphics.fillRect(70, 20, 24, 80);
        graphics.fillRect(42, 48, 80, 24);
        graphics.dispose();
        try (ConvNeXt model = ConvNeXt.load(Path.of(args[0]))) {
            for (Prediction prediction : model.classify(picture, 3)) {
                System.out.printf(Locale.ROOT, "%6.2f %%  %s%n", 100 * prediction.probability(), prediction.label());
            }
        }
    }
}
