package org.convnext4j.model.roadmap;

import java.util.List;
import java.util.Map;

/** What the tensors of a walk's end are called in the facebook layout of ConvNeXt. */
final class ConvNeXtNames {
    private static final Map<String, String> PARTS = Map.of("fc", "head", "norm", "norm");

    private ConvNeXtNames() {}

    static String facebook(String name) {
        List<String> parts = List.of(name.split("\\.", -1));
        String first = parts.get(0);
        String end = parts.get(parts.size() - 1);
        if (PARTS.containsKey(first)) {
            return PARTS.get(first) + "." + end;
        }
        boolean stem = first.equals("stem");
        if (stem || parts.get(1).equals("downsample")) {
            int stage = stem ? 0 : Integer.parseInt(first.substring(5)) - 1;
            boolean conv = parts.get(parts.size() - 2).equals("conv");
            // The stem's norm follows its convolution, the others' precedes it.
            return "downsample_layers." + stage + "." + (conv == stem ? 0 : 1) + "." + end;
        }
        String rest = String.join(".", parts.subList(1, parts.size()));
        return "stages." + (Integer.parseInt(first.substring(5)) - 1) + "." + rest;
    }
}
