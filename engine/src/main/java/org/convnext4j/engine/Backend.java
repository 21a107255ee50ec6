package org.convnext4j.engine;

import java.util.Locale;

/** Which kernels to use, as asked for. */
public enum Backend {
    /** What is fastest among what works here. */
    AUTO,
    /** Pointwise convolutions through OpenBLAS; everything else on the Vector API where that works. */
    OPENBLAS,
    /** Everything on the Vector API. */
    VECTOR,
    /** Plain loops: slow, and the reference that everything else is tested against. */
    SCALAR;

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
