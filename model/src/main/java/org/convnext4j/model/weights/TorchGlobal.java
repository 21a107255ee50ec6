package org.convnext4j.model.weights;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A name that a pickle may mention. There is no way from here to any class or method: each name either has a meaning of
 * its own or yields an opaque value, see {@link OpaqueNames}. Tensors come from the names of {@code torch._utils} alone.
 *
 * @param name the dotted name
 * @param kind what calling it means
 * @param dtype that it is, or that a storage's elements have; otherwise null
 */
record TorchGlobal(String name, Kind kind, @Nullable DType dtype) {
    /** What calling a global means. */
    enum Kind {
        ORDERED_DICT,
        DEFAULT_DICT,
        TENSOR,
        TYPED_TENSOR,
        FROM_TYPE,
        PARAMETER,
        SIZE,
        STORAGE,
        DTYPE,
        OPAQUE
    }

    private static final int MAX_RANK = 16;

    /** Where {@code _rebuild_tensor_v3} has the type. */
    private static final int TYPE_ARGUMENT = 6;

    private static final Map<String, Kind> CALLS = Map.ofEntries(
            entry("collections.OrderedDict", Kind.ORDERED_DICT),
            entry("collections.defaultdict", Kind.DEFAULT_DICT),
            entry("torch._utils._rebuild_tensor", Kind.TENSOR),
            entry("torch._utils._rebuild_tensor_v2", Kind.TENSOR),
            entry("torch._utils._rebuild_tensor_v3", Kind.TYPED_TENSOR),
            entry("torch._utils._rebuild_qtensor", Kind.TYPED_TENSOR),
            entry("torch._tensor._rebuild_from_type", Kind.FROM_TYPE),
            entry("torch._tensor._rebuild_from_type_v2", Kind.FROM_TYPE),
            entry("torch._utils._rebuild_parameter", Kind.PARAMETER),
            entry("torch._utils._rebuild_parameter_with_state", Kind.PARAMETER),
            entry("torch.nn.parameter.Parameter", Kind.PARAMETER),
            entry("torch.Size", Kind.SIZE));

    /** The global with this name, or empty if it is refused. */
    static Optional<TorchGlobal> of(String module, String name) {
        String dotted = module + "." + name;
        @Nullable DType storage = TorchTypes.ofStorage(module, name);
        if (storage != null) {
            return Optional.of(new TorchGlobal(dotted, Kind.STORAGE, storage));
        }
        @Nullable DType type = TorchTypes.ofDType(module, name);
        if (type != null) {
            return Optional.of(new TorchGlobal(dotted, Kind.DTYPE, type));
        }
        @Nullable Kind kind = CALLS.get(dotted);
        if (kind != null) {
            return Optional.of(new TorchGlobal(dotted, kind, null));
        }
        boolean opaque = OpaqueNames.isKnown(dotted) || !OpaqueNames.isReserved(module);
        return opaque ? Optional.of(new TorchGlobal(dotted, Kind.OPAQUE, null)) : Optional.empty();
    }

    /** Whether this is of a package that nobody expects beside weights, which users may want to know. */
    boolean isForeign() {
        return kind == Kind.OPAQUE && !OpaqueNames.isKnown(name);
    }

    /** How many values a call copies, which takes more memory than the opcode that calls. */
    int copies(List<Object> args) {
        return kind == Kind.ORDERED_DICT && !args.isEmpty() && args.get(0) instanceof PickleTuple pairs
                ? pairs.items().size()
                : 0;
    }

    /**
     * What calling this with {@code args} gives.
     *
     * @throws IllegalArgumentException if the arguments are not those torch writes
     */
    Object call(List<Object> args) {
        return switch (kind) {
            case ORDERED_DICT -> orderedDict(args);
            case DEFAULT_DICT -> new PickleDict();
            case TENSOR -> tensor(args);
            case TYPED_TENSOR -> typedTensor(args);
            case FROM_TYPE -> fromType(args);
            case PARAMETER -> argument(args, 0, Object.class);
            case SIZE -> argument(args, 0, PickleTuple.class);
            case STORAGE -> throw new IllegalArgumentException("a storage must come by reference");
            case DTYPE, OPAQUE -> new PickleOpaque();
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

    /** (function, subclass, arguments, state): a tensor of a subclass or with attributes of its own. */
    private Object fromType(List<Object> args) {
        TorchGlobal function = argument(args, 0, TorchGlobal.class);
        boolean usual =
                function.kind == Kind.TENSOR || function.kind == Kind.TYPED_TENSOR || function.kind == Kind.PARAMETER;
        return usual ? function.call(argument(args, 2, PickleTuple.class).items()) : new PickleOpaque();
    }

    /** (storage, offset, shape, strides, ...); opaque if its type is not known. */
    private Object tensor(List<Object> args) {
        if (!args.isEmpty() && args.get(0) instanceof PickleOpaque opaque) {
            return opaque;
        }
        return tensor(argument(args, 0, TorchStorage.class), args);
    }

    /** (untyped storage, offset, shape, strides, requires_grad, hooks, dtype) or the quantised (storage, ..., hooks). */
    private Object typedTensor(List<Object> args) {
        if (args.isEmpty() || !(args.get(0) instanceof TorchStorage storage)) {
            return new PickleOpaque();
        }
        if (args.size() <= TYPE_ARGUMENT || !(args.get(TYPE_ARGUMENT) instanceof TorchGlobal type)) {
            return tensor(storage, args);
        }
        @Nullable DType known = type.dtype;
        return known == null ? new PickleOpaque() : tensor(storage.as(known), args);
    }

    private TorchTensor tensor(TorchStorage storage, List<Object> args) {
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
