package org.convnext4j.model.image.jpeg;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a frame's scans into its components. Not thread-safe. */
final class ScanReader {
    private static final int MAX_BLOCKS = 10;
    private static final int MAX_LOW = 13;

    private final Frame frame;
    private final Tables tables;
    private final Markers in;
    private final short[] block = new short[Component.BLOCK_SAMPLES];
    private final InverseDct transform = new InverseDct();

    ScanReader(Frame frame, Tables tables, Markers in) {
        this.frame = frame;
        this.tables = tables;
        this.in = in;
    }

    /** Reads the header of a scan, right after its marker. */
    Scan header() throws IOException {
        in.openSegment();
        in.require(1);
        int count = in.unsigned();
        if (count < 1 || count > 4 || in.left() != 2 * count + 3) {
            throw new IOException("a scan header of " + count + " components");
        }
        int[] selectors = new int[2 * count];
        for (int i = 0; i < selectors.length; i++) {
            selectors[i] = in.unsigned();
        }
        int first = in.unsigned();
        int last = in.unsigned();
        int bits = in.unsigned();
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < selectors.length; i += 2) {
            components.add(component(selectors[i], components));
        }
        Scan scan = frame.progressive()
                ? new Scan(components, first, last, bits >> 4, bits & 15)
                : new Scan(components, 0, Component.BLOCK_SAMPLES - 1, 0, 0);
        if (frame.progressive()) {
            check(scan);
        }
        for (int i = 0; i < count; i++) {
            prepare(components.get(i), selectors[2 * i + 1], scan);
        }
        return scan;
    }

    private Component component(int id, List<Component> taken) throws IOException {
        for (Component component : frame.components()) {
            if (component.id == id && !taken.contains(component)) {
                return component;
            }
        }
        throw new IOException("a scan of component " + id + ", which the frame does not have");
    }

    private static void check(Scan scan) throws IOException {
        boolean direct = scan.first() == 0;
        boolean range =
                direct ? scan.last() == 0 : scan.first() <= scan.last() && scan.last() < Component.BLOCK_SAMPLES;
        boolean alone = direct || scan.components().size() == 1;
        boolean bits = scan.low() <= MAX_LOW && (scan.high() == 0 || scan.low() == scan.high() - 1);
        if (!range || !alone || !bits) {
            throw new IOException("a progressive scan of coefficients " + scan.first() + " to " + scan.last()
                    + " from bit " + scan.high() + " to " + scan.low());
        }
    }

    private void prepare(Component component, int selector, Scan scan) throws IOException {
        if (component.quantisation == null) {
            component.quantisation = tables.quantisation(component.tableNumber);
        }
        // Motion JPEGs, which leave out the standard tables, are sequential; libjpeg has those for no others.
        boolean orStandard = !frame.progressive();
        if (scan.first() == 0 && scan.high() == 0) {
            component.dc = tables.dc(selector >> 4, orStandard);
        }
        if (scan.last() > 0) {
            component.ac = tables.ac(selector & 15, orStandard);
        }
        component.noteScan(scan.first(), scan.last(), scan.low());
    }

    /** Decodes a scan's data, which the markers must stand at. */
    void decode(Scan scan, int restartInterval) throws IOException {
        List<Component> components = scan.components();
        BitReader bits = new BitReader(in.data(), in.position());
        Coding coding =
                frame.progressive() ? new ProgressiveCoding(bits, scan) : new SequentialCoding(bits, components);
        Restarts restarts = new Restarts(bits, coding, restartInterval);
        boolean single = components.size() == 1;
        Component only = components.get(0);
        int rows = single ? only.blockRows : frame.size().mcuRows();
        int columns = single ? only.blockColumns : frame.size().mcuColumns();
        if (!single) {
            requireFewBlocks(components);
        }
        coding.restart();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                restarts.beforeMcu();
                if (single) {
                    block(coding, only, row, column);
                } else {
                    mcu(coding, components, row, column);
                }
            }
            if (bits.overran()) {
                throw new EOFException();
            }
        }
        in.moveTo(bits.position());
    }

    private static void requireFewBlocks(List<Component> components) throws IOException {
        int blocks = 0;
        for (Component component : components) {
            blocks += component.horizontal * component.vertical;
        }
        if (blocks > MAX_BLOCKS) {
            throw new IOException("an MCU of " + blocks + " blocks");
        }
    }

    private void mcu(Coding coding, List<Component> components, int row, int column) throws IOException {
        for (int i = 0; i < components.size(); i++) {
            Component component = components.get(i);
            for (int y = 0; y < component.vertical; y++) {
                for (int x = 0; x < component.horizontal; x++) {
                    block(coding, component, row * component.vertical + y, column * component.horizontal + x);
                }
            }
        }
    }

    private void block(Coding coding, Component component, int row, int column) throws IOException {
        if (frame.progressive()) {
            int at = (row * component.paddedBlockColumns + column) * Component.BLOCK_SAMPLES;
            coding.block(component, component.coefficients, at);
            return;
        }
        int to = (row * component.stride + column) * Component.BLOCK;
        int[] table = component.quantisation;
        if (table != null) {
            if (coding.block(component, block, 0)) {
                InverseDct.flat(block[0], table[0], component.plane, to, component.stride);
            } else {
                transform.block(block, 0, table, component.plane, to, component.stride);
            }
            Arrays.fill(block, (short) 0);
        }
    }
}
