package org.convnext4j.model.weights;

import java.util.Locale;
import java.util.Optional;

/** Element types of checkpoints. The constants' names are those of the safetensors format where that has the type. */
public enum DType {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    F8_E4M3(1),
    F8_E5M2(1),
    F8_E4M3FNUZ(1),
    F8_E5M2FNUZ(1),
    F8_E8M0(1),
    C64(8),
    C128(16),
    I64(8),
    U64(8),
    I32(4),
    U32(4),
    I16(2),
    U16(2),
    I8(1),
    U8(1),
    BOOL(1),
    /** Quantised integers of torch, whose scale is kept elsewhere. */
    QI32(4),
    QI8(1),
    QU8(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether weights of this type can be loaded: {@link #F64}, {@link #F32}, {@link #F16} and {@link #BF16}. */
    public boolean isReadable() {
        return this == F64 || isWritable();
    }

    /** Whether checkpoints of this type can be written: {@link #F32}, {@link #F16} and {@link #BF16}. */
    public boolean isWritable() {
        return this == F32 || this == F16 || this == BF16;
    }

    /** The type with this safetensors name, in any case; empty if there is none. */
    public static Optional<DType> of(String name) {
        for (DType dtype : values()) {
            if (dtype.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(dtype);
            }
        }
        return Optional.empty();
    }
}
