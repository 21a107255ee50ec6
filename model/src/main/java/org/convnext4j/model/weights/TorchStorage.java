package org.convnext4j.model.weights;

/**
 * A pickle's reference to a run of elements stored elsewhere in the file.
 *
 * @param key which storage
 * @param dtype of the elements
 * @param elements how many the pickle says there are
 * @param viewOffset where a view into the storage starts, elements; 0 in files of today
 */
record TorchStorage(String key, DType dtype, long elements, long viewOffset) {
    /**
     * The same bytes as elements of another type.
     *
     * @throws IllegalArgumentException for a view, which torch never takes so
     */
    TorchStorage as(DType other) {
        if (other == dtype) {
            return this;
        }
        if (viewOffset != 0) {
            throw new IllegalArgumentException("a view of a storage that is taken for another type");
        }
        // Rounded down; what tensors need is compared with the bytes that the file has.
        return new TorchStorage(key, other, elements / other.bytes() * dtype.bytes(), 0);
    }
}
