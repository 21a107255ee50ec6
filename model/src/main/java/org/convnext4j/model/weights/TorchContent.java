package org.convnext4j.model.weights;

import java.util.Map;
import java.util.Set;

/**
 * What a torch file holds, in either container.
 *
 * @param root the pickled object
 * @param storages the elements by key
 * @param bigEndian whether the elements' bytes are in big-endian order
 * @param foreign names of other packages' classes whose objects were left out
 */
record TorchContent(Object root, Map<String, FileRange> storages, boolean bigEndian, Set<String> foreign) {}
