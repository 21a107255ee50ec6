package org.convnext4j.tools.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;

/**
 * Times the engine, and a peer if there is one, in turns, because a machine's speed drifts: what slows one down is likely
 * to slow the other too. In every round the machine's own ceiling is measured as well, for the same reason, and before
 * the peer's turn: a runtime's threads may go on spinning for a while, which the first, uncounted call of a turn absorbs
 * but a short probe does not (after ONNX Runtime's turn it found half of the peak).
 */
public final class Contest {
    /** How long a turn is: long against one call, short against the drift. */
    private static final double TURN_MILLIS = 250;

    private final Supplier<float[]> engine;
    private final @Nullable Supplier<float[]> peer;
    private final Runnable betweenTurns;
    private final List<Double> engineMillis = new ArrayList<>();
    private final List<Double> peerMillis = new ArrayList<>();

    /**
     * Of these two.
     *
     * @param betweenTurns run once in every round, after the engine's turn
     */
    public Contest(Supplier<float[]> engine, @Nullable Supplier<float[]> peer, Runnable betweenTurns) {
        this.engine = engine;
        this.peer = peer;
        this.betweenTurns = betweenTurns;
    }

    /** Takes turns until the engine has had its time, at least one. */
    public void run(double seconds, DoubleConsumer progress) {
        double spent = 0;
        do {
            double turn = Math.min(TURN_MILLIS, seconds * 1000);
            spent += turn(engine, turn, engineMillis);
            betweenTurns.run();
            if (peer != null) {
                turn(peer, turn, peerMillis);
            }
            progress.accept(spent / 1000);
        } while (spent < seconds * 1000);
    }

    /** Each of the engine's calls. */
    public List<Double> engineMillis() {
        return engineMillis;
    }

    /** Each of the peer's calls; empty if there is no peer. */
    List<Double> peerMillis() {
        return peerMillis;
    }

    /** The first call is not counted: it finds the other's data in the caches, and the other's threads still spinning. */
    private static double turn(Supplier<float[]> contender, double duration, List<Double> into) {
        time(contender);
        double spent = 0;
        do {
            double millis = time(contender);
            into.add(millis);
            spent += millis;
        } while (spent < duration);
        return spent;
    }

    /** One call, whose result must be numbers. */
    public static double time(Supplier<float[]> contender) {
        long start = System.nanoTime();
        float[] logits = contender.get();
        double millis = (System.nanoTime() - start) / 1e6;
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new ToolException("the network gave the logit " + logit + ", so its speed means nothing");
            }
        }
        return millis;
    }
}
