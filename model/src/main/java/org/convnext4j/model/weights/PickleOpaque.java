package org.convnext4j.model.weights;

/** A value out of a pickle that the reader has no use for: an argparse.Namespace, a NumPy scalar, a set, None. */
final class PickleOpaque {
    /** Python's None. */
    static final PickleOpaque NONE = new PickleOpaque();
}
