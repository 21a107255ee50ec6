package org.convnext4j.model.weights;

/**
 * Which tensor, in any layout.
 *
 * @param part its kind
 * @param stage 0 to 3; 0 where the kind exists once
 * @param block within the stage; 0 outside blocks
 * @param bias whether it is the bias; false for a gamma
 */
record TensorId(Part part, int stage, int block, boolean bias) {}
