package org.convnext4j.engine.parallel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;

/** Lets the members of a team read what belongs to the thread that leads it. */
public final class TeamReading {
    /** Never started: stands for any thread but the caller's. */
    private static final Thread SOME_MEMBER = new Thread(() -> {});

    private TeamReading() {}

    /**
     * The tensor as every member may read it. A confined segment refuses every thread but its owner; that is the calling
     * thread, which waits for the others, so that the segment cannot be freed meanwhile. The result must not be used once
     * the team's work is done.
     *
     * @throws IllegalStateException if the tensor's arena is closed
     * @throws WrongThreadException if the tensor is confined to a thread other than the calling one
     */
    public static Tensor of(Tensor tensor) {
        MemorySegment data = tensor.data();
        if (!data.scope().isAlive()) {
            throw new IllegalStateException("the arena of tensor " + tensor.shape() + " is closed; keep it open");
        }
        if (data.isAccessibleBy(SOME_MEMBER)) {
            return tensor;
        }
        if (!data.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("the tensor " + tensor.shape()
                    + " is confined to another thread; allocate it in Arena.ofShared to pass it on");
        }
        return new Tensor(tensor.shape(), open(data).asReadOnly());
    }

    private static MemorySegment open(MemorySegment data) {
        try {
            return MemorySegment.ofAddress(data.address()).reinterpret(data.byteSize());
        } catch (IllegalCallerException e) {
            // A JVM that denies native access. What is left to run there is slow enough for a copy not to matter.
            return Arena.ofAuto()
                    .allocate(data.byteSize(), Tensor.ALIGNMENT_BYTES)
                    .copyFrom(data);
        }
    }
}
