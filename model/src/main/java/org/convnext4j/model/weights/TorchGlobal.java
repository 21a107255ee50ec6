package org.convnext4j.model.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A name that a pickle may mention. There is no way from here to any class or method: each name either has a meaning of
 * its own or yields an opaque value, and a name that is not on the list is an error.
 *
 * @param name the dotted name
 * @param kind what calling it means
 * @param dtype of a storage's elements, otherwise null
 */
record TorchGlobal(String name, Kind kind, @Nullable DType dtype) {
    /** What calling a global means. */
    enum Kind {
        ORDERED_DICT,
        TENSOR,
        PARAMETER,
        SIZE,
        STORAGE,
        OPAQUE
    }

    private static final int MAX_RANK = 16;

    private static final Map<String, DType> STORAGES = Map.of(
            "DoubleStorage", DType.F64,
            "FloatStorage", DType.F32,
            "HalfStorage", DType.F16,
            "BFloat16Storage", DType.BF16,
            "LongStorage", DType.I64,
            "IntStorage", DType.I32,
            "ShortStorage", DType.I16,
            "CharStorage", DType.I8,
            "ByteStorage", DType.U8,
            "BoolStorage", DType.BOOL);

    private static final Map<String, Kind> CALLS = Map.of(
            "collections.OrderedDict", Kind.ORDERED_DICT,
            "torch._utils._rebuild_tensor_v2", Kind.TENSOR,
            "torch._utils._rebuild_parameter", Kind.PARAMETER,
            "torch._utils._rebuild_parameter_with_state", Kind.PARAMETER,
            "torch.nn.parameter.Parameter", Kind.PARAMETER,
            "torch.Size", Kind.SIZE);

    /** Training checkpoints mention these beside the weights. */
    private static final Set<String> OPAQUE = Set.of(
            "argparse.Namespace",
            "torch.device",
            "torch.float64",
            "torch.float32",
            "torch.float16",
            "torch.bfloat16",
            "torch.int64",
            "numpy.dtype",
            "numpy.ndarray",
            "numpy.core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar",
            "numpy._core.multiarray._reconstruct",
            "_codecs.encode",
            "pathlib.Path",
            "pathlib.PosixPath",
            "pathlib.WindowsPath",
            "builtins.set",
            "__builtin__.set");

    /** The global with this name, or empty if it is not on the list. */
    static Optional<TorchGlobal> of(String module, String name) {
        String dotted = module + "." + name;
        @Nullable DType storage = STORAGES.get(name);
        if (storage != null && (module.equals("torch") || module.equals("torch.cuda"))) {
            return Optional.of(new TorchGlobal(dotted, Kind.STORAGE, storage));
        }
        @Nullable Kind kind = CALLS.get(dotted);
        if (kind != null) {
            return Optional.of(new TorchGlobal(dotted, kind, null));
        }
        return OPAQUE.contains(dotted) ? Optional.of(new TorchGlobal(dotted, Kind.OPAQUE, null)) : Optional.empty();
    }

    /**
     * What calling this with {@code args} gives.
     *
     * @throws IllegalArgumentException if the arguments are not those torch writes
     */
    Object call(List<Object> args) {
        return switch (kind) {
            case ORDERED_DICT -> orderedDict(args);
            case TENSOR -> tensor(args);
            case PARAMETER -> argument(args, 0, Object.class);
            case SIZE -> argument(args, 0, PickleTuple.class);
            case STORAGE -> throw new IllegalArgumentException("a storage must come by reference");
            case OPAQUE -> new PickleOpaque();
        };
    }

    private PickleDict orderedDict(List<Object> args) {
        PickleDict dict = new PickleDict();
        if (!args.isEmpty()) {
            for (Object pair : argument(args, 0, PickleTuple.class).items()) {
                if (!(pair instanceof PickleTuple tuple) || tuple.items().size() != 2) {
                    throw new IllegalArgumentException("OrderedDict's argument is not a list of pairs");
                }
                List<Object> items = tuple.items();
                dict.put(items.get(0), items.get(1));
            }
        }
        return dict;
    }

    private TorchTensor tensor(List<Object> args) {
        TorchStorage storage = argument(args, 0, TorchStorage.class);
        long offset = argument(args, 1, Long.class);
        return new TorchTensor(storage, offset, longs(args, 2), longs(args, 3));
    }

    private List<Long> longs(List<Object> args, int index) {
        List<Object> items = argument(args, index, PickleTuple.class).items();
        if (items.size() > MAX_RANK) {
            throw new IllegalArgumentException("a tensor has more than " + MAX_RANK + " dimensions");
        }
        return items.stream()
                .map(item -> {
                    if (item instanceof Long number) {
                        return number;
                    }
                    throw new IllegalArgumentException("a size or stride is no integer");
                })
                .toList();
    }

    private <T> T argument(List<Object> args, int index, Class<T> type) {
        if (index >= args.size() || !type.isInstance(args.get(index))) {
            throw new IllegalArgumentException(
                    name + " needs a " + type.getSimpleName() + " as argument " + (index + 1));
        }
        return type.cast(args.get(index));
    }
}
