package org.convnext4j.model.train;

import java.util.List;

/**
 * How parameters are numbered from the stem to the head for layer-wise learning-rate decay: a parameter of group {@code
 * i} gets the rate times decay to the power of the head's group minus {@code i}.
 */
public enum LayerGroups {
    /**
     * Twelve groups and the head, source: the released optim_factory.py, which defines them for stages of 3, 3, 27 and 3
     * blocks only and refuses other models. Stem 0, stage 0 1, stage 1 with its downsampling 2, the downsampling of stage
     * 2 3, its blocks in nine runs of three 3 to 11, stage 3 with its downsampling 12, the head's norm and classifier 13.
     * Here a stage 2 of D blocks is cut into nine runs as even as whole blocks allow, block b being in run 9b/D rounded
     * down, which is the released rule for 27 blocks, one block each for the 9 of Tiny, and some empty runs below that.
     * The one stage of an isotropic network is cut into runs 1 to 12 in the same way.
     */
    GROUPED {
        @Override
        int downsampleGroup(List<Integer> depths, int stage) {
            return stage == 3 ? 12 : stage + 1;
        }

        @Override
        int blockGroup(List<Integer> depths, int stage, int block) {
            if (depths.size() == 1) {
                return 1 + block * ISOTROPIC_RUNS / depths.get(0);
            }
            if (stage < 2) {
                return stage + 1;
            }
            return stage == 3 ? 12 : 3 + block * RUNS / depths.get(2);
        }

        @Override
        int stemGroup() {
            return 0;
        }

        @Override
        int headGroup(List<Integer> depths) {
            return 13;
        }
    },
    /**
     * Every block a group of its own, counted from 1 over the whole network; the stem and the downsamplings belong to the
     * block that follows them; the head is one group more. Source: the rule called single in ConvNeXt V2's
     * optim_factory.py.
     */
    SINGLE {
        @Override
        int downsampleGroup(List<Integer> depths, int stage) {
            return blockGroup(depths, stage, 0);
        }

        @Override
        int blockGroup(List<Integer> depths, int stage, int block) {
            return before(depths, stage) + block + 1;
        }

        @Override
        int stemGroup() {
            return 1;
        }

        @Override
        int headGroup(List<Integer> depths) {
            return before(depths, depths.size()) + 1;
        }
    };

    private static final int RUNS = 9;
    private static final int ISOTROPIC_RUNS = 12;

    /** The group of the downsampling before stage 1, 2 or 3. */
    abstract int downsampleGroup(List<Integer> depths, int stage);

    /** The group of a block, counted within its stage. */
    abstract int blockGroup(List<Integer> depths, int stage, int block);

    /** The group of the stem. */
    abstract int stemGroup();

    /** The group of the head, the highest. */
    abstract int headGroup(List<Integer> depths);

    private static int before(List<Integer> depths, int stage) {
        return depths.subList(0, stage).stream().mapToInt(Integer::intValue).sum();
    }
}
