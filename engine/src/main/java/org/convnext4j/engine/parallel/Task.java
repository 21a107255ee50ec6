package org.convnext4j.engine.parallel;

/** Work that is split by index. */
@FunctionalInterface
public interface Task {
    /**
     * Does one part.
     *
     * @param index which part, from 0
     * @param member which member of the team runs it, from 0; at most one part runs per member at a time
     */
    void run(int index, int member);
}
