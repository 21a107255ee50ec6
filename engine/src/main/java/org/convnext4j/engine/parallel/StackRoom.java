package org.convnext4j.engine.parallel;

/**
 * Finds out that a stack is almost used up before anything is begun that must be ended.
 *
 * <p>Java throws a StackOverflowError at whichever call finds no room, also at one inside a lock, a semaphore or a
 * {@code finally} block: what was taken is not given back then, and the next caller waits for ever. A thread that has come
 * through here has room for all of those; what it does in between may still overflow, and is undone.
 */
public final class StackRoom {
    /**
     * Calls of at least 64 bytes each when compiled, of about 200 when interpreted. The deepest of what may not fail, to
     * wait for a semaphore, is 10 calls.
     */
    private static final int CALLS = 256;

    private StackRoom() {}

    /**
     * Returns if there is room for some hundred calls.
     *
     * @throws StackOverflowError if there is not
     */
    public static void require() {
        if (use(CALLS, 1, 2, 3, 4, 5, 6, 7) == 0) {
            throw new AssertionError("the sum of positive numbers is positive");
        }
    }

    /** More than one use of each argument after the call, so that they must be kept on the stack meanwhile. */
    private static long use(int calls, long a, long b, long c, long d, long e, long f, long g) {
        if (calls == 0) {
            return a + b + c + d + e + f + g;
        }
        return use(calls - 1, b, c, d, e, f, g, a) + (a ^ b ^ c ^ d ^ e ^ f ^ g);
    }
}
