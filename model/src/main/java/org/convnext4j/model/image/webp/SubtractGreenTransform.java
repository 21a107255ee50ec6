package org.convnext4j.model.image.webp;

/** Green was subtracted from red and blue (RFC 9649, 3.5.3). */
record SubtractGreenTransform() implements Transform {
    @Override
    public int[] undo(int[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            int argb = pixels[i];
            int green = argb >> 8 & 0xff;
            pixels[i] = PredictorTransform.add(argb, green << 16 | green);
        }
        return pixels;
    }
}
