package org.convnext4j.model.bulk;

/** How alike two embeddings are. */
public final class Similarity {
    private Similarity() {}

    /**
     * The cosine of the angle between two vectors, -1 to 1, computed in double; 0 if one of them is all zeros, which has
     * no direction.
     *
     * @param a (C)
     * @param b (C)
     * @throws IllegalArgumentException if they are not of the same length
     */
    public static double cosine(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("vectors of " + a.length + " and " + b.length
                    + " floats cannot be compared; take both from the same model");
        }
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        double norms = Math.sqrt(aa) * Math.sqrt(bb);
        return norms == 0 ? 0 : Math.max(-1, Math.min(1, dot / norms));
    }
}
