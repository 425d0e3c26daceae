package dev.felucca.api.exec;

import java.util.List;

/**
 * Who the program shall run as, in words that only the container's own /etc/passwd and /etc/group can settle; the backend
 * resolves them in the mounted root and completes the spec's user and a missing HOME.
 *
 * @param user {@code user[:group]}, names or numbers; empty for root
 * @param groups more groups, names or numbers
 */
public record UserRequest(String user, List<String> groups) {
    public UserRequest {
        groups = List.copyOf(groups);
    }
}
