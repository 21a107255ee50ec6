/**
 * The command {@code demo}: the network that comes with the program, on pictures that come with it.
 * {@link org.convnext4j.tools.demo.DemoCommand} is the place to start.
 */
@NullMarked
package org.convnext4j.tools.demo;

import org.jspecify.annotations.NullMarked;
