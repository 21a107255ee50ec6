package org.convnext4j.tools.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** IDX files of 16 x 16 pictures of three kinds that are easily told apart: bright above, bright below, dark. */
public final class TinyIdx {
    static final int SIDE = 16;
    static final int CLASSES = 3;

    private TinyIdx() {}

    /** Writes both splits and the names of the classes. */
    public static Path write(Path folder, int training, int validation) throws IOException {
        Files.createDirectories(folder);
        write(folder, "train", training, 1);
        write(folder, "t10k", validation, 2);
        Files.writeString(folder.resolve("classes.txt"), "above\nbelow\ndark\n");
        return folder;
    }

    /** The same, but the labels have nothing to do with the pictures. */
    static Path writeNoise(Path folder, int training, int validation) throws IOException {
        write(folder, training, validation);
        SplittableRandom random = new SplittableRandom(3);
        for (String prefix : List.of("train", "t10k")) {
            Path file = folder.resolve(prefix + "-labels-idx1-ubyte");
            byte[] labels = Files.readAllBytes(file);
            for (int i = 8 + CLASSES; i < labels.length; i++) {
                labels[i] = (byte) random.nextInt(CLASSES);
            }
            Files.write(file, labels);
        }
        return folder;
    }

    private static void write(Path folder, String prefix, int pictures, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer images = ByteBuffer.allocate(16 + pictures * SIDE * SIDE);
        images.putInt(0x803).putInt(pictures).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + pictures);
        labels.putInt(0x801).putInt(pictures);
        for (int i = 0; i < pictures; i++) {
            int label = i % CLASSES;
            labels.put((byte) label);
            for (int y = 0; y < SIDE; y++) {
                boolean bright = label == 0 ? y < SIDE / 2 : label == 1 && y >= SIDE / 2;
                for (int x = 0; x < SIDE; x++) {
                    images.put((byte) ((bright ? 180 : 20) + random.nextInt(40)));
                }
            }
        }
        Files.write(folder.resolve(prefix + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(prefix + "-labels-idx1-ubyte"), labels.array());
    }
}
