package org.convnext4j.model.image.jpeg;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * One JPEG file: {@link #open} reads the markers up to the frame's size, {@link #toRgb} the rest. Used once, by one
 * thread.
 */
public final class JpegDecoder {
    private static final int JFIF_BYTES = 14;
    private static final int ADOBE_BYTES = 12;
    private static final int ADOBE_TRANSFORM = 11;

    private final Markers in;
    private final Tables tables = new Tables();
    private final Frame frame;
    private boolean jfif;
    private int adobe = -1;
    private int restartInterval;

    private JpegDecoder(byte[] data) throws IOException {
        in = new Markers(data);
        if (in.unsignedShort() != (0xff00 | Markers.SOI)) {
            throw new IOException("no start of image");
        }
        while (true) {
            int code = in.next();
            if (Markers.isFrame(code)) {
                in.openSegment();
                frame = Frame.read(in, code);
                in.closeSegment();
                return;
            }
            if (code == Markers.SOS || code == Markers.EOI) {
                throw new IOException("no frame header before the first scan");
            }
            segment(code);
        }
    }

    /**
     * Reads the markers up to the frame's.
     *
     * @param data the whole file; not written to
     * @throws UnsupportedJpegException if it is of a kind that is not read
     * @throws EOFException if the file ends before
     * @throws IOException if it is damaged
     */
    public static JpegDecoder open(byte[] data) throws IOException {
        return new JpegDecoder(data);
    }

    /** W; 0 in damaged files. */
    public int width() {
        return frame.size().width();
    }

    /** H; 0 in damaged files. */
    public int height() {
        return frame.size().height();
    }

    /** The bytes that {@link #toRgb} takes at its peak, with the picture it gives. */
    public long decodeBytes() {
        long samples = frame.paddedSamples();
        long rgb = 3L * width() * height();
        return frame.progressive() ? Math.max(3 * samples, samples + rgb) : samples + rgb;
    }

    /**
     * Decodes the picture.
     *
     * @return (H, W, 3), interleaved
     * @throws UnsupportedJpegException if it is of a kind that is not read
     * @throws EOFException if the file or a scan ends before all is there
     * @throws IOException if it is damaged
     */
    public byte[] toRgb() throws IOException {
        frame.requireWholeRatios();
        if (frame.progressive()) {
            // Of other frames each block takes bits of the file, which bounds the work.
            ScanBudget.require(frame, in.data(), in.position());
        }
        ScanReader scans = new ScanReader(frame, tables, in);
        for (Component component : frame.components()) {
            component.allocate(frame.progressive());
        }
        int code = in.next();
        while (code != Markers.EOI) {
            if (Markers.isFrame(code)) {
                throw new IOException("a second frame");
            }
            if (code == Markers.SOS) {
                Scan scan = scans.header();
                scans.decode(scan, restartInterval);
            } else {
                segment(code);
            }
            code = in.next();
        }
        return picture();
    }

    private void segment(int code) throws IOException {
        if (Markers.isAlone(code)) {
            return;
        }
        in.openSegment();
        switch (code) {
            case Markers.DQT -> tables.readQuantisation(in);
            case Markers.DHT -> tables.readHuffman(in);
            case Markers.DRI -> {
                in.require(2);
                restartInterval = in.unsignedShort();
            }
            case 0xe0 -> jfif |= in.left() >= JFIF_BYTES && in.startsWith("JFIF\0");
            case 0xee -> {
                if (in.left() >= ADOBE_BYTES && in.startsWith("Adobe")) {
                    adobe = in.data()[in.position() + ADOBE_TRANSFORM] & 0xff;
                }
            }
            default -> {
                if (!Markers.isSkipped(code)) {
                    throw new IOException(String.format(Locale.ROOT, "an unknown marker ff%02x", code));
                }
            }
        }
        in.closeSegment();
    }

    private byte[] picture() throws IOException {
        FrameSize size = frame.size();
        List<Component> components = frame.components();
        Upsampler[] upsamplers = new Upsampler[components.size()];
        byte[][] rows = new byte[components.size()][];
        boolean smooth = frame.progressive() && BlockSmoothing.isNeeded(components);
        for (int i = 0; i < rows.length; i++) {
            Component component = components.get(i);
            if (component.quantisation == null) {
                throw new EOFException();
            }
            component.transformAll(smooth);
            upsamplers[i] = new Upsampler(component, size);
            rows[i] = new byte[upsamplers[i].rowSamples()];
        }
        Colors colors = frame.colors(jfif, adobe);
        int width = size.width();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, size.height()), 3)];
        for (int y = 0; y < size.height(); y++) {
            for (int i = 0; i < rows.length; i++) {
                upsamplers[i].row(y, rows[i]);
            }
            colors.row(rows, width, out, y * width * 3);
        }
        return out;
    }
}
