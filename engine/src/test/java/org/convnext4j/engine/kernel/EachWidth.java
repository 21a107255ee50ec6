package org.convnext4j.engine.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests of what depends on the vectors' width: run at the machine's own with all others, and again in a JVM for each width
 * that is forced, except the machine's own.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("each-width")
@ExtendWith(EachWidth.Once.class)
@interface EachWidth {
    /** Skips the width that the JVM without a forced one has. */
    final class Once implements ExecutionCondition {
        private static final String FORCED = "convnext4j.lanesBits";

        static boolean isForced() {
            return System.getProperty(FORCED) != null;
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            int own = FloatVector.SPECIES_PREFERRED.vectorBitSize();
            return String.valueOf(own).equals(System.getProperty(FORCED))
                    ? ConditionEvaluationResult.disabled(
                            own + " bits are this machine's own: the first run has had them")
                    : ConditionEvaluationResult.enabled("");
        }
    }
}
