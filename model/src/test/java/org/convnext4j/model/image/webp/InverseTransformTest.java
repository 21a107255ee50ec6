package org.convnext4j.model.image.webp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InverseTransformTest {
    private static final InverseTransform TRANSFORM = new InverseTransform();

    /** Within the rounding of the standard's fixed point. */
    @Test
    void isTheInverseCosineTransform() {
        Random random = new Random(2);
        for (int round = 0; round < 500; round++) {
            short[] in = new short[48];
            for (int i = 16; i < 32; i++) {
                in[i] = (short) (random.nextInt(401) - 200);
            }
            byte[] samples = new byte[1 + 4 * 5];
            Arrays.fill(samples, (byte) 128);
            TRANSFORM.add(in, 16, samples, 1, 5);
            for (int y = 0; y < 4; y++) {
                for (int x = 0; x < 4; x++) {
                    double sum = 128;
                    for (int v = 0; v < 4; v++) {
                        for (int u = 0; u < 4; u++) {
                            sum += in[16 + 4 * v + u] * basis(u, x) * basis(v, y) / 8;
                        }
                    }
                    double expected = Math.clamp(sum, 0, 255);
                    assertEquals(expected, samples[1 + 5 * y + x] & 0xff, 1.5);
                }
            }
        }
    }

    @Test
    void aConstantIsTheTransformOfItsFirstCoefficient() {
        for (int value = -3000; value <= 3000; value += 7) {
            short[] in = new short[16];
            in[0] = (short) value;
            byte[] full = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, -1, -2, -3, -4};
            byte[] constant = full.clone();
            TRANSFORM.add(in, 0, full, 0, 4);
            InverseTransform.addConstant(value, constant, 0, 4);
            assertArrayEquals(full, constant);
        }
    }

    @Test
    void isTheWalshHadamardTransform() {
        int[][] signs = {{1, 1, 1, 1}, {1, 1, -1, -1}, {1, -1, -1, 1}, {1, -1, 1, -1}};
        Random random = new Random(3);
        short[] blocks = new short[17 * 16];
        for (int i = 256; i < blocks.length; i++) {
            blocks[i] = (short) (random.nextInt(2001) - 1000);
        }
        TRANSFORM.walshHadamard(blocks, 256);
        for (int block = 0; block < 16; block++) {
            int sum = 3;
            for (int i = 0; i < 16; i++) {
                sum += blocks[256 + i] * signs[i >> 2][block >> 2] * signs[i & 3][block & 3];
            }
            assertEquals(sum >> 3, blocks[16 * block]);
        }
    }

    private static double basis(int frequency, int place) {
        return frequency == 0 ? 1 : Math.sqrt(2) * Math.cos((2 * place + 1) * frequency * Math.PI / 8);
    }
}
