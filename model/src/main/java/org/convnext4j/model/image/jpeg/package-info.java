/**
 * A JPEG decoder whose pixels are those of libjpeg-turbo with its default settings: baseline, extended and progressive
 * Huffman coding, 8 bits a sample, every sampling of whole ratios. What belongs here: markers, entropy coding, the
 * inverse transform, upsampling and colours; what does not: other formats, orientation, limits on a picture's size.
 */
@NullMarked
package org.convnext4j.model.image.jpeg;

import org.jspecify.annotations.NullMarked;
