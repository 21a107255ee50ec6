/**
 * OpenBLAS through the foreign function API: {@link org.convnext4j.bindings.OpenBlasLibrary} finds, loads and calls
 * the shared library; {@link org.convnext4j.bindings.CpuInfo} says what the processor can do, and
 * {@link org.convnext4j.bindings.CpuCaches} how large its caches are.
 */
@NullMarked
package org.convnext4j.bindings;

import org.jspecify.annotations.NullMarked;
