package org.convnext4j.model.image.jpeg;

import java.util.List;

/**
 * A scan's header.
 *
 * @param components those it has data of
 * @param first the first coefficient in zigzag order
 * @param last the last one
 * @param high the bit that an earlier scan got to, 0 for the first scan of these coefficients
 * @param low the bit that this scan gets to
 */
record Scan(List<Component> components, int first, int last, int high, int low) {}
