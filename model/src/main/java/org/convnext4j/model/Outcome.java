package org.convnext4j.model;

import java.util.Optional;
import org.convnext4j.model.failure.ModelException;

/**
 * What came of one picture of a list: a result or a problem, so that one broken picture does not end the others.
 *
 * @param <T> the result
 */
public sealed interface Outcome<T> {
    /** The picture's place in the list, from 0. */
    int index();

    /** The picture's name: its file or the name it was given, else {@code picture} and {@link #index}. */
    String picture();

    /**
     * A result.
     *
     * @param <T> the result
     * @param index the picture's place in the list, from 0
     * @param picture the picture's name
     * @param value the result
     */
    record Success<T>(int index, String picture, T value) implements Outcome<T> {
        @Override
        public T orThrow() {
            return value;
        }
    }

    /**
     * A problem.
     *
     * @param <T> what the result would have been
     * @param index the picture's place in the list, from 0
     * @param picture the picture's name
     * @param problem what is wrong; its message names the picture
     */
    record Failure<T>(int index, String picture, ModelException problem) implements Outcome<T> {
        @Override
        public T orThrow() {
            throw problem;
        }
    }

    /**
     * The result.
     *
     * @throws ModelException the problem, if there is one
     */
    T orThrow();

    /** The result, if there is one. */
    default Optional<T> result() {
        return this instanceof Success<T> success ? Optional.of(success.value()) : Optional.empty();
    }

    /** The problem, if there is one. */
    default Optional<ModelException> failure() {
        return this instanceof Failure<T> failure ? Optional.of(failure.problem()) : Optional.empty();
    }
}
