package org.convnext4j.engine.vector;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The vector width of this JVM.
 *
 * <p>It is the machine's preferred one unless the system property {@value #WIDTH_PROPERTY} names 512, 256 or 128 bits:
 * tests run every width so on one machine. It is read once, because a species that is not a compile-time constant costs
 * a factor of ten.
 */
final class Lanes {
    /** The property that forces a width, in bits. */
    static final String WIDTH_PROPERTY = "convnext4j.lanesBits";

    static final VectorSpecies<Float> SPECIES = choose(System.getProperty(WIDTH_PROPERTY));

    /** As many ints as there are floats in {@link #SPECIES}. */
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());

    /** Floats in a vector. */
    static final int LANES = SPECIES.length();

    /** Bytes in a vector. */
    static final long BYTES = SPECIES.vectorByteSize();

    /** A float anywhere in memory. */
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /**
     * Vector registers that a kernel may count on: AVX-512 and NEON have 32, AVX2 has 16. With AVX-512 the narrower
     * widths have 32 too, but take the same path as AVX2 so that tests see it.
     */
    static final int REGISTERS =
            SPECIES.vectorBitSize() == 512 || "aarch64".equals(System.getProperty("os.arch")) ? 32 : 16;

    private Lanes() {}

    /**
     * The sum of the lanes of a vector in memory, always in the same order. {@code reduceLanes} leaves the order open, and it
     * does differ: one after the other in the interpreter, in pairs once compiled, so that a result would change as the JVM
     * warms up. In memory, for a vector as an argument may become an object.
     */
    static float sum(long address) {
        return (fourth(address) + fourth(address + 2 * Float.BYTES))
                + (fourth(address + Float.BYTES) + fourth(address + 3 * Float.BYTES));
    }

    /** Every fourth lane. */
    private static float fourth(long address) {
        return switch (LANES) {
            case 16 -> every(8, address) + every(8, address + 4 * Float.BYTES);
            case 8 -> every(4, address);
            default -> Memory.ALL.get(FLOAT, address);
        };
    }

    private static float every(int distance, long address) {
        return Memory.ALL.get(FLOAT, address) + Memory.ALL.get(FLOAT, address + (long) distance * Float.BYTES);
    }

    private static VectorSpecies<Float> choose(@Nullable String bits) {
        if (bits == null) {
            return FloatVector.SPECIES_PREFERRED;
        }
        return switch (bits) {
            case "512" -> FloatVector.SPECIES_512;
            case "256" -> FloatVector.SPECIES_256;
            case "128" -> FloatVector.SPECIES_128;
            default ->
                throw new IllegalArgumentException(
                        "-D" + WIDTH_PROPERTY + "=" + bits
                                + ": a vector has 512, 256 or 128 bits; leave the property out to take the machine's own width");
        };
    }

    /** The largest multiple of the lanes that is at most {@code floats}. */
    static int wholeVectors(int floats) {
        return floats - floats % LANES;
    }
}
