package org.convnext4j.model.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of a pickle that is being read: the stack with its marks, and the memo. Not thread-safe. */
final class PickleStack {
    private final PickleInput in;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();

    /**
     * An empty one.
     *
     * @param in says where the pickle is wrong
     */
    PickleStack(PickleInput in) {
        this.in = in;
    }

    /** Forgets everything. */
    void clear() {
        stack.clear();
        marks.clear();
        memo.clear();
    }

    /** Begins a list of values that ends with {@link #popMark}. */
    void mark() {
        marks.add(stack.size());
    }

    /** Keeps the value on top under a key. */
    void remember(long key) {
        memo.put(key, top());
    }

    /** Keeps the value on top under the next number. */
    void remember() {
        remember(memo.size());
    }

    /** Adds to the list on top. */
    void append(List<Object> values) {
        Object list = top();
        if (list instanceof PickleTuple tuple) {
            try {
                tuple.items().addAll(values);
            } catch (UnsupportedOperationException e) {
                throw new IllegalArgumentException("it appends to a tuple", e);
            }
        } else if (!(list instanceof PickleOpaque)) {
            throw in.fail("an append to something that is no list");
        }
    }

    /** Puts keys and values, in turn, into the dict on top. */
    void setItems(List<Object> items) {
        if (items.size() % 2 != 0) {
            throw in.fail("a key without a value");
        }
        Object dict = top();
        if (dict instanceof PickleDict target) {
            for (int i = 0; i < items.size(); i += 2) {
                target.put(items.get(i), items.get(i + 1));
            }
        } else if (!(dict instanceof PickleOpaque)) {
            throw in.fail("items for something that is no dict");
        }
    }

    /** Makes a tuple of the values on top. */
    void tuple(int size) {
        if (stack.size() - floor() < size) {
            throw in.fail("an empty stack");
        }
        List<Object> tail = stack.subList(stack.size() - size, stack.size());
        PickleTuple tuple = new PickleTuple(List.copyOf(tail));
        tail.clear();
        push(tuple);
    }

    /** Pushes what was remembered. */
    void recall(long key) {
        @Nullable Object value = memo.get(key);
        if (value == null) {
            throw in.fail("the unknown memo entry " + key);
        }
        push(value);
    }

    void push(Object value) {
        stack.add(value);
    }

    private int floor() {
        return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    }

    /** The value on top, which stays. */
    Object top() {
        if (stack.size() <= floor()) {
            throw in.fail("an empty stack");
        }
        return stack.get(stack.size() - 1);
    }

    /** The value on top, which is taken. */
    Object pop() {
        Object top = top();
        stack.remove(stack.size() - 1);
        return top;
    }

    /** As {@link #pop()}, of this type. */
    <T> T pop(Class<T> type) {
        Object top = pop();
        if (!type.isInstance(top)) {
            throw in.fail("no " + type.getSimpleName() + " where one is needed");
        }
        return type.cast(top);
    }

    /** The values since the last mark. */
    List<Object> popMark() {
        if (marks.isEmpty()) {
            throw in.fail("a missing mark");
        }
        int mark = marks.removeLast();
        List<Object> tail = stack.subList(mark, stack.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }
}
