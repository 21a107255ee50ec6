package org.convnext4j.engine.blas;

import java.lang.foreign.MemorySegment;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.kernel.MatrixProduct;

/**
 * The product by OpenBLAS, which has packing memory of its own. As with {@link BlasGemm}, the last bits of an element may
 * depend on the range of rows and columns that it was computed in; the same call gives the same bits.
 */
public final class BlasMatrixProduct implements MatrixProduct {
    private final OpenBlasLibrary library;

    /** A product by this library. */
    public BlasMatrixProduct(OpenBlasLibrary library) {
        this.library = library;
    }

    @Override
    public String name() {
        return "blas";
    }

    @Override
    public long scratchFloats(int m, int n, int k) {
        return 0;
    }

    @Override
    public void multiply(
            int m,
            int n,
            int k,
            MemorySegment a,
            long aBytes,
            int aStride,
            boolean aTransposed,
            MemorySegment b,
            long bBytes,
            int bStride,
            boolean bTransposed,
            boolean accumulate,
            MemorySegment c,
            long cBytes,
            int cStride,
            MemorySegment scratch,
            long scratchBytes) {
        checkMultiply(
                m,
                n,
                k,
                a,
                aBytes,
                aStride,
                aTransposed,
                b,
                bBytes,
                bStride,
                bTransposed,
                c,
                cBytes,
                cStride,
                scratch,
                scratchBytes);
        if (m == 0 || n == 0) {
            return;
        }
        // Slices, because they throw what the contract says before OpenBLAS can touch memory.
        MemorySegment out = matrix(c, cBytes, m, n, cStride);
        if (k == 0) {
            for (int row = 0; row < m && !accumulate; row++) {
                out.asSlice((long) row * cStride * Float.BYTES, (long) n * Float.BYTES)
                        .fill((byte) 0);
            }
            return;
        }
        library.sgemm(
                aTransposed,
                bTransposed,
                m,
                n,
                k,
                1,
                aTransposed ? matrix(a, aBytes, k, m, aStride) : matrix(a, aBytes, m, k, aStride),
                aStride,
                bTransposed ? matrix(b, bBytes, n, k, bStride) : matrix(b, bBytes, k, n, bStride),
                bStride,
                accumulate ? 1 : 0,
                out,
                cStride);
    }

    /** The bytes from the first element of a matrix to its last. */
    private static MemorySegment matrix(MemorySegment segment, long bytes, int rows, int columns, int stride) {
        return segment.asSlice(bytes, ((rows - 1L) * stride + columns) * Float.BYTES);
    }
}
