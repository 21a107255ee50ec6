package org.convnext4j.model.weights;

/**
 * A pickle's reference to a run of elements stored elsewhere in the file.
 *
 * @param key which storage
 * @param dtype of the elements
 * @param elements how many the pickle says there are
 * @param viewOffset where a view into the storage starts, elements; 0 in files of today
 */
record TorchStorage(String key, DType dtype, long elements, long viewOffset) {}
