package org.convnext4j.tools.machine;

/**
 * What one operator of one stage takes.
 *
 * @param stage {@code stem}, {@code stage 0} to {@code stage 3} or {@code head}
 * @param operator as in the paper's code
 * @param shape of one call
 * @param calls in one pass through the network
 * @param millis of one call: the median
 * @param flops of one call: additions and multiplications of convolutions and matrix products, otherwise 0
 */
record OperatorTime(String stage, String operator, String shape, int calls, double millis, double flops) {
    /** Of all calls in one pass. */
    double totalMillis() {
        return calls * millis;
    }

    /** Billions of additions and multiplications a second. */
    double gflops() {
        return flops / millis / 1e6;
    }
}
