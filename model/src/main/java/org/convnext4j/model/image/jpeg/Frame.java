package org.convnext4j.model.image.jpeg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame's header.
 *
 * @param components in the file's order
 * @param progressive whether scans have parts of the coefficients
 */
record Frame(FrameSize size, List<Component> components, boolean progressive) {
    private static final int MAX_FACTOR = 4;
    private static final int SAMPLE_BITS = 8;

    /** Reads the segment of a frame marker. */
    static Frame read(Markers in, int code) throws IOException {
        boolean progressive = code == 0xc2;
        if (code > 0xc2) {
            throw new UnsupportedJpegException(kind(code));
        }
        in.require(6);
        int bits = in.unsigned();
        int height = in.unsignedShort();
        int width = in.unsignedShort();
        int count = in.unsigned();
        if (bits != SAMPLE_BITS) {
            throw new UnsupportedJpegException("of " + bits + " bits a sample");
        }
        if (count != 1 && count != 3 && count != 4) {
            throw new UnsupportedJpegException("of " + count + " components");
        }
        in.require(3 * count);
        int[] head = new int[3 * count];
        int across = 1;
        int down = 1;
        for (int i = 0; i < head.length; i++) {
            head[i] = in.unsigned();
        }
        for (int i = 1; i < head.length; i += 3) {
            requireFactor(head[i] >> 4);
            requireFactor(head[i] & 15);
            across = Math.max(across, head[i] >> 4);
            down = Math.max(down, head[i] & 15);
        }
        FrameSize size = new FrameSize(width, height, across, down);
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < head.length; i += 3) {
            components.add(new Component(head[i], head[i + 1] >> 4, head[i + 1] & 15, head[i + 2], size));
        }
        return new Frame(size, List.copyOf(components), progressive);
    }

    private static void requireFactor(int factor) throws IOException {
        if (factor < 1 || factor > MAX_FACTOR) {
            throw new IOException("a sampling factor of " + factor);
        }
    }

    private static String kind(int code) {
        return switch (code) {
            case 0xc3, 0xc7, 0xcb, 0xcf -> "with lossless coding";
            case 0xc9, 0xca -> "with arithmetic coding";
            default -> "with hierarchical coding";
        };
    }

    /** Refuses ratios that libjpeg refuses: those that are no whole numbers. */
    void requireWholeRatios() throws IOException {
        for (Component component : components) {
            if (size.maxHorizontal() % component.horizontal != 0 || size.maxVertical() % component.vertical != 0) {
                throw new UnsupportedJpegException("sampled " + component.horizontal + " x " + component.vertical
                        + " to " + size.maxHorizontal() + " x " + size.maxVertical() + " without a whole ratio");
            }
        }
    }

    /** How many samples the components have, with those that fill up the last MCUs. */
    long paddedSamples() {
        long samples = 0;
        for (Component component : components) {
            samples += component.paddedSamples();
        }
        return samples;
    }

    /** The colours that libjpeg takes a file with these markers to have; {@code adobe} is its transform, or -1. */
    Colors colors(boolean jfif, int adobe) {
        if (components.size() == 1) {
            return Colors.GREY;
        }
        if (components.size() == 4) {
            return adobe <= 0 ? Colors.CMYK : Colors.YCCK;
        }
        boolean named = components.get(0).id == 'R' && components.get(1).id == 'G' && components.get(2).id == 'B';
        return !jfif && (adobe == 0 || (adobe < 0 && named)) ? Colors.RGB : Colors.YCC;
    }
}
