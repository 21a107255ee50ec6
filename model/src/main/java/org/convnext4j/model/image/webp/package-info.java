/**
 * Decodes WebP: the RIFF container, lossy pictures (VP8 key frames, RFC 6386) and lossless ones (VP8L, RFC 9649). The
 * pixels are libwebp's, to the level. Plain Java with no dependency on the rest of the project; {@link WebpFile} is the
 * way in, and failures are {@link java.io.EOFException}s where data are missing and other {@link java.io.IOException}s
 * where they are wrong.
 */
@NullMarked
package org.convnext4j.model.image.webp;

import org.jspecify.annotations.NullMarked;
