/**
 * The command line {@code convnext}: what runs a command and what all of them have in common for the user, which is their
 * help. {@link org.convnext4j.tools.Main} names the commands; each family of them has a package of its own:
 *
 * <ul>
 *   <li>{@code picture}: classify, embed, similar, explain
 *   <li>{@code train}: scan, train, evaluate, roadmap
 *   <li>{@code file}: inspect, convert, preprocess, forward
 *   <li>{@code machine}: bench, doctor
 *   <li>{@code demo} and {@code completion}: one command each
 *   <li>{@code option} and {@code output}: what they share on the way in and on the way out
 * </ul>
 */
@NullMarked
package org.convnext4j.tools;

import org.jspecify.annotations.NullMarked;
