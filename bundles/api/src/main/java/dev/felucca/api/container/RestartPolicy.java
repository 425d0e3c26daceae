package dev.felucca.api.container;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a container is started again after its end.
 *
 * @param maximumRetryCount of {@link When#ON_FAILURE}: how often at most; 0 for no limit
 */
public record RestartPolicy(When when, int maximumRetryCount) {
    public static final RestartPolicy NO = new RestartPolicy(When.NO, 0);

    static RestartPolicy orNo(@Nullable RestartPolicy policy) {
        return policy == null ? NO : policy;
    }

    /** Docker's policies. */
    public enum When {
        NO,
        /** After an exit code other than 0. */
        ON_FAILURE,
        /** After each end but a stop by the user; and when the engine starts. */
        ALWAYS,
        /** As always, but not when the engine starts if the user had stopped it. */
        UNLESS_STOPPED;

        /** As users write it: {@code on-failure}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
