package org.convnext4j.model.weights;

import static java.util.Map.entry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What torch calls the types of elements. Those of less than a byte, and newer ones, are not known here. */
final class TorchTypes {
    private static final Map<String, DType> STORAGES = Map.ofEntries(
            entry("DoubleStorage", DType.F64),
            entry("FloatStorage", DType.F32),
            entry("HalfStorage", DType.F16),
            entry("BFloat16Storage", DType.BF16),
            entry("Float8_e4m3fnStorage", DType.F8_E4M3),
            entry("Float8_e5m2Storage", DType.F8_E5M2),
            entry("Float8_e4m3fnuzStorage", DType.F8_E4M3FNUZ),
            entry("Float8_e5m2fnuzStorage", DType.F8_E5M2FNUZ),
            entry("Float8_e8m0fnuStorage", DType.F8_E8M0),
            entry("ComplexFloatStorage", DType.C64),
            entry("ComplexDoubleStorage", DType.C128),
            entry("LongStorage", DType.I64),
            entry("IntStorage", DType.I32),
            entry("ShortStorage", DType.I16),
            entry("CharStorage", DType.I8),
            entry("ByteStorage", DType.U8),
            entry("BoolStorage", DType.BOOL),
            entry("QInt8Storage", DType.QI8),
            entry("QUInt8Storage", DType.QU8),
            entry("QInt32Storage", DType.QI32),
            // Its elements are bytes, until a tensor says what they are.
            entry("UntypedStorage", DType.U8));

    private static final Map<String, DType> DTYPES = Map.ofEntries(
            entry("float64", DType.F64),
            entry("double", DType.F64),
            entry("float32", DType.F32),
            entry("float", DType.F32),
            entry("float16", DType.F16),
            entry("half", DType.F16),
            entry("bfloat16", DType.BF16),
            entry("float8_e4m3fn", DType.F8_E4M3),
            entry("float8_e5m2", DType.F8_E5M2),
            entry("float8_e4m3fnuz", DType.F8_E4M3FNUZ),
            entry("float8_e5m2fnuz", DType.F8_E5M2FNUZ),
            entry("float8_e8m0fnu", DType.F8_E8M0),
            entry("complex64", DType.C64),
            entry("complex128", DType.C128),
            entry("int64", DType.I64),
            entry("long", DType.I64),
            entry("uint64", DType.U64),
            entry("int32", DType.I32),
            entry("int", DType.I32),
            entry("uint32", DType.U32),
            entry("int16", DType.I16),
            entry("short", DType.I16),
            entry("uint16", DType.U16),
            entry("int8", DType.I8),
            entry("uint8", DType.U8),
            entry("bool", DType.BOOL));

    private TorchTypes() {}

    /** The type of a storage class's elements, {@code torch.FloatStorage} for one; null if it is none or not known. */
    static @Nullable DType ofStorage(String module, String name) {
        boolean torch = module.equals("torch") || module.equals("torch.cuda") || module.equals("torch.storage");
        return torch ? STORAGES.get(name) : null;
    }

    /** The type that {@code torch.float32} and the like mean; null if it is none or not known. */
    static @Nullable DType ofDType(String module, String name) {
        return module.equals("torch") ? DTYPES.get(name) : null;
    }
}
