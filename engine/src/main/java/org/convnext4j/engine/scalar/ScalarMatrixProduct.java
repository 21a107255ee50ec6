package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.MatrixProduct;

/** One dot product in double per element of C. Stateless. */
public final class ScalarMatrixProduct implements MatrixProduct {
    /** Makes the kernel. */
    public ScalarMatrixProduct() {}

    @Override
    public String name() {
        return "scalar";
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
        // From one row of A, or column of B, to the next, and from one term of a sum to the next.
        long aRow = aTransposed ? 1 : aStride;
        long aTerm = aTransposed ? aStride : 1;
        long bColumn = bTransposed ? bStride : 1;
        long bTerm = bTransposed ? 1 : bStride;
        for (int i = 0; i < m; i++) {
            long aBegin = Floats.at(aBytes, i * aRow);
            for (int j = 0; j < n; j++) {
                long bBegin = Floats.at(bBytes, j * bColumn);
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += Floats.get(a, Floats.at(aBegin, p * aTerm)) * Floats.get(b, Floats.at(bBegin, p * bTerm));
                }
                long to = Floats.at(cBytes, (long) i * cStride + j);
                Floats.set(c, to, accumulate ? Floats.get(c, to) + sum : sum);
            }
        }
    }
}
