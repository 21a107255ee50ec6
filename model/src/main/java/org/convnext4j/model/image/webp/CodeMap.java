package org.convnext4j.model.image.webp;

import java.io.IOException;
import java.util.Arrays;

/** Which group of codes each part of a picture is coded with (RFC 9649, 3.7.2.2). */
final class CodeMap {
    private static final int UNUSED = -1;

    private final int blockBits;
    private final int columns;
    private final int[] indices;
    private final CodeGroup[] groups;

    private CodeMap(int blockBits, int columns, int[] indices, CodeGroup[] groups) {
        this.blockBits = blockBits;
        this.columns = columns;
        this.indices = indices;
        this.groups = groups;
    }

    /** One group for the whole picture. */
    static CodeMap single(BitReader bits, int cacheSize) throws IOException {
        CodeGroup group = CodeGroup.read(codes(bits, cacheSize), cacheSize);
        return new CodeMap(31, 1, new int[1], new CodeGroup[] {group});
    }

    /** What a main picture has: one group, or a picture of the groups' numbers and then the groups. */
    static CodeMap read(BitReader bits, int width, int height, int cacheSize) throws IOException {
        if (!bits.flag()) {
            return single(bits, cacheSize);
        }
        int blockBits = 2 + bits.read(3);
        int columns = LosslessDecoder.blocks(width, blockBits);
        int[] indices = PixelStream.readInner(bits, columns, LosslessDecoder.blocks(height, blockBits));
        int most = 0;
        for (int i = 0; i < indices.length; i++) {
            indices[i] = indices[i] >> 8 & 0xffff;
            most = Math.max(most, indices[i]);
        }
        // groups that no block has are read but not kept
        int[] places = new int[most + 1];
        Arrays.fill(places, UNUSED);
        int used = 0;
        for (int i = 0; i < indices.length; i++) {
            if (places[indices[i]] == UNUSED) {
                places[indices[i]] = used++;
            }
            indices[i] = places[indices[i]];
        }
        CodeGroup[] groups = new CodeGroup[used];
        PrefixCodeReader codes = codes(bits, cacheSize);
        for (int place : places) {
            CodeGroup group = CodeGroup.read(codes, cacheSize);
            if (place != UNUSED) {
                groups[place] = group;
            }
        }
        return new CodeMap(blockBits, columns, indices, groups);
    }

    /** The codes of the pixel in this column and row. */
    CodeGroup at(int x, int y) {
        return groups[indices[(y >> blockBits) * columns + (x >> blockBits)]];
    }

    /** The first column after this one that may have other codes. */
    int nextColumn(int x) {
        return blockBits == 31 ? Integer.MAX_VALUE : ((x >> blockBits) + 1) << blockBits;
    }

    private static PrefixCodeReader codes(BitReader bits, int cacheSize) {
        return new PrefixCodeReader(bits, CodeGroup.FIRST_CACHE_SYMBOL + cacheSize);
    }
}
