package org.convnext4j.engine.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Workspaces for calls that come again and again: kept when given back, up to a number, so that a warm model takes no
 * memory from the system. Safe for any number of threads.
 */
public final class WorkspacePool implements AutoCloseable {
    /** A kept workspace this many times larger than asked for is left for a call that needs it. */
    private static final int MAX_EXCESS = 4;

    private final int maxKept;
    private final List<Workspace> kept = new ArrayList<>();
    private boolean closed;

    /** Keeps at most {@code maxKept} workspaces that nobody uses. */
    public WorkspacePool(int maxKept) {
        this.maxKept = maxKept;
    }

    /** A workspace of at least this many bytes; give it back with {@link #release}. */
    public Workspace acquire(long bytes) {
        synchronized (this) {
            for (int i = 0; i < kept.size(); i++) {
                long has = kept.get(i).bytes();
                if (has >= bytes && has / MAX_EXCESS <= bytes) {
                    Workspace workspace = kept.remove(i);
                    workspace.reset();
                    return workspace;
                }
            }
        }
        return new Workspace(bytes);
    }

    /** Takes a workspace back; the oldest kept one is freed if there are too many. */
    public void release(Workspace workspace) {
        Workspace surplus = null;
        synchronized (this) {
            if (closed) {
                surplus = workspace;
            } else {
                kept.add(workspace);
                if (kept.size() > maxKept) {
                    surplus = kept.remove(0);
                }
            }
        }
        if (surplus != null) {
            surplus.free();
        }
    }

    /** Frees what is kept; workspaces in use are freed when they are given back. */
    @Override
    public void close() {
        List<Workspace> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(kept);
            kept.clear();
        }
        all.forEach(Workspace::free);
    }
}
