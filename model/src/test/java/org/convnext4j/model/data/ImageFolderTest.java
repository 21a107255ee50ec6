package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.convnext4j.model.image.ImageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
    @TempDir
    Path root;

    @Test
    void sortsClassesAndFiles() throws IOException {
        picture("train/zebra/b.png", 1);
        picture("train/zebra/a.png", 2);
        picture("train/Ant/10.png", 3);
        picture("train/Ant/9.PNG", 4);
        picture("train/mole/x.png", 5);
        picture("train/.cache/x.png", 6);
        picture("train/mole/.x.png", 7);
        picture("train/mole/deeper/x.png", 8);
        Files.writeString(root.resolve("train/mole/notes.txt"), "no picture");
        Files.writeString(root.resolve("train/notes.txt"), "no class");
        ImageFolder folder = ImageFolder.open(root, Split.TRAIN);
        assertEquals(List.of("Ant", "mole", "zebra"), folder.classNames());
        assertEquals(5, folder.size());
        int[] labels = {0, 0, 1, 2, 2};
        int[] reds = {3, 4, 5, 2, 1};
        for (int i = 0; i < 5; i++) {
            assertEquals(labels[i], folder.label(i));
            assertEquals(reds[i], folder.read(i).sample(0, 0, 0));
        }
        assertEquals(root.resolve("train/mole/x.png").toString(), folder.name(2));
        assertThrows(IndexOutOfBoundsException.class, () -> folder.label(5));
        assertThrows(IndexOutOfBoundsException.class, () -> folder.label(-1));
        assertTrue(folder.description().startsWith("5 pictures in 3 classes"));
    }

    @Test
    void readsEveryFormat() throws IOException {
        BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB);
        Files.createDirectories(root.resolve("val/a"));
        for (String format : List.of("png", "jpg", "jpeg", "gif", "bmp")) {
            assertTrue(ImageIO.write(
                    image, format, root.resolve("val/a/x." + format).toFile()));
        }
        Files.write(
                root.resolve("val/a/x.webp"),
                ImageFolderTest.class
                        .getResourceAsStream("/org/convnext4j/model/image/formats/alpha.webp")
                        .readAllBytes());
        ImageFolder folder = ImageFolder.open(root, Split.VALIDATION);
        assertEquals(6, folder.size());
        for (int i = 0; i < 6; i++) {
            assertTrue(folder.read(i).height() > 0);
        }
    }

    @Test
    void theFingerprintFollowsNamesAndSizes() throws IOException {
        picture("train/a/x.png", 1);
        picture("train/b/y.png", 1);
        String first = ImageFolder.open(root, Split.TRAIN).fingerprint();
        assertEquals(first, ImageFolder.open(root, Split.TRAIN).fingerprint());
        Files.move(root.resolve("train/b/y.png"), root.resolve("train/b/z.png"));
        String renamed = ImageFolder.open(root, Split.TRAIN).fingerprint();
        assertNotEquals(first, renamed);
        Files.write(root.resolve("train/b/z.png"), new byte[3]);
        assertNotEquals(renamed, ImageFolder.open(root, Split.TRAIN).fingerprint());
    }

    @Test
    void refusesWhatIsMissing() throws IOException {
        assertFalse(ImageFolder.isIn(root, Split.TRAIN));
        assertProblem("no such folder", Split.TRAIN);
        Files.createDirectories(root.resolve("train"));
        assertTrue(ImageFolder.isIn(root, Split.TRAIN));
        assertProblem("has no class", Split.TRAIN);
        Files.createDirectories(root.resolve("train/empty"));
        assertProblem("has no class with pictures", Split.TRAIN);
        Files.createDirectories(root.resolve("train/scans"));
        Files.writeString(root.resolve("train/scans/a.tiff"), "not read");
        picture("train/full/x.png", 1);
        String message = assertProblem("the class has no picture", Split.TRAIN);
        assertTrue(message.contains("scans"), message);
    }

    @Test
    void whatSystemsLeaveBehindIsNoClass() throws IOException {
        picture("train/full/x.png", 1);
        Files.createDirectories(root.resolve("train/empty"));
        Files.createDirectories(root.resolve("train/alsoEmpty"));
        Files.writeString(root.resolve("train/alsoEmpty/.DS_Store"), "x");
        Files.writeString(root.resolve("train/alsoEmpty/Thumbs.db"), "x");
        picture("train/__MACOSX/x.png", 1);
        picture("train/.ipynb_checkpoints/x.png", 1);
        picture("train/@eaDir/x.png", 1);
        picture("train/full/._x.png", 1);
        ImageFolder folder = ImageFolder.open(root, Split.TRAIN);
        assertEquals(List.of("full"), folder.classNames());
        assertEquals(1, folder.size());
        assertEquals(
                List.of(root.resolve("train") + " has folders without a file, which are no classes: alsoEmpty, empty"),
                folder.notes());
    }

    @Test
    void findsTheValidationFolderByItsNames() throws IOException {
        for (String name : List.of("test", "validation", "valid", "val")) {
            assertEquals(!name.equals("test"), ImageFolder.isIn(root, Split.VALIDATION));
            picture(name + "/a/x.png", 1);
            ImageFolder folder = ImageFolder.open(root, Split.VALIDATION);
            assertEquals(root.resolve(name + "/a/x.png"), folder.file(0));
            assertEquals(
                    name.equals("val") ? 1 : name.equals("valid") ? 2 : 1,
                    folder.notes().size());
        }
        String notes = ImageFolder.open(root, Split.VALIDATION).notes().toString();
        assertTrue(notes.contains("valid") && !notes.contains("test"), notes);
    }

    @Test
    void damagedPicturesAreNamed() throws IOException {
        picture("train/a/x.png", 1);
        Files.writeString(root.resolve("train/a/y.png"), "no picture at all");
        ImageFolder folder = ImageFolder.open(root, Split.TRAIN);
        ImageException problem = assertThrows(ImageException.class, () -> folder.read(1));
        assertTrue(String.valueOf(problem.getMessage()).contains("y.png"));
    }

    private String assertProblem(String part, Split split) {
        DatasetException problem = assertThrows(DatasetException.class, () -> ImageFolder.open(root, split));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains(part), message);
        assertTrue(message.startsWith(root.toString()), message);
        return message;
    }

    private void picture(String name, int red) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, red << 16);
        assertTrue(ImageIO.write(image, "png", file.toFile()));
    }
}
