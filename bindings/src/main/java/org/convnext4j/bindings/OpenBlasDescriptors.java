package org.convnext4j.bindings;

import java.lang.foreign.FunctionDescriptor;
import org.convnext4j.bindings.openblas.OpenBlas;

/**
 * The C signatures of the functions that are called, made from the generated layouts.
 *
 * <p>The generated class has equal descriptors, but asking it for one also resolves the function through the libraries
 * that the class loader got by {@link System#load}, and fails without it; {@link OpenBlasLibrary} says why that is not
 * done. A test loads the library that way and compares each descriptor with its generated twin.
 */
final class OpenBlasDescriptors {
    static final FunctionDescriptor SGEMM = FunctionDescriptor.ofVoid(
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_FLOAT,
            OpenBlas.C_POINTER,
            OpenBlas.C_INT,
            OpenBlas.C_POINTER,
            OpenBlas.C_INT,
            OpenBlas.C_FLOAT,
            OpenBlas.C_POINTER,
            OpenBlas.C_INT);
    static final FunctionDescriptor SGEMV = FunctionDescriptor.ofVoid(
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_INT,
            OpenBlas.C_FLOAT,
            OpenBlas.C_POINTER,
            OpenBlas.C_INT,
            OpenBlas.C_POINTER,
            OpenBlas.C_INT,
            OpenBlas.C_FLOAT,
            OpenBlas.C_POINTER,
            OpenBlas.C_INT);
    static final FunctionDescriptor GET_CONFIG = FunctionDescriptor.of(OpenBlas.C_POINTER);
    static final FunctionDescriptor GET_CORE_NAME = FunctionDescriptor.of(OpenBlas.C_POINTER);
    static final FunctionDescriptor GET_NUM_THREADS = FunctionDescriptor.of(OpenBlas.C_INT);
    static final FunctionDescriptor SET_NUM_THREADS = FunctionDescriptor.ofVoid(OpenBlas.C_INT);

    private OpenBlasDescriptors() {}
}
