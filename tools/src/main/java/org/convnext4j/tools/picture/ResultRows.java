package org.convnext4j.tools.picture;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How the network's output for a picture is written down. */
interface ResultRows {
    /** How many floats the output has. */
    int outputs();

    /** As an object; the same fields for every picture. */
    ObjectNode json(String image, float[] output);

    /** The names of the columns, the first of them {@link ResultFormat#IMAGE}. */
    List<String> columns();

    /** A cell for each column. */
    List<Object> cells(String image, float[] output);
}
