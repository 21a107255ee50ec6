package org.convnext4j.model.weights;

import java.util.Map;

/**
 * What a torch file holds, in either container.
 *
 * @param root the pickled object
 * @param storages the elements by key
 * @param bigEndian whether the elements' bytes are in big-endian order
 */
record TorchContent(Object root, Map<String, FileRange> storages, boolean bigEndian) {}
