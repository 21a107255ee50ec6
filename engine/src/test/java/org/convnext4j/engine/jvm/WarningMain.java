package org.convnext4j.engine.jvm;

import org.convnext4j.engine.Engine;

/** Opens engines until any warning has had its chance to come twice, and prints what the diagnosis says is wrong. */
public final class WarningMain {
    private WarningMain() {}

    /** Takes nothing. */
    public static void main(String[] args) {
        for (int i = 0; i < 2; i++) {
            try (Engine engine = Engine.create()) {
                engine.gradientKernels();
                if (i == 1) {
                    System.out.println("PROBLEMS " + engine.diagnosis().problems());
                }
            }
        }
    }
}
