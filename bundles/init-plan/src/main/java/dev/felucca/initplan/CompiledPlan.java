package dev.felucca.initplan;

import dev.felucca.api.exec.UserRequest;
import dev.felucca.door.NamespaceType;
import java.util.List;
import java.util.Set;

/**
 * A plan and what its slots need.
 *
 * @param slots what belongs into slot 0, 1, 2 ...; the backend sends the descriptors in this order
 */
public record CompiledPlan(Plan plan, List<SlotSource> slots) {
    public CompiledPlan {
        slots = List.copyOf(slots);
    }

    /** The namespaces that its CLONE makes. */
    public Set<NamespaceType> made() {
        return plan.ops().stream()
                .filter(ProcessOp.Clone.class::isInstance)
                .findFirst()
                .map(op -> ((ProcessOp.Clone) op).types())
                .orElse(Set.of());
    }

    /** The plan in words, one line an operation. */
    public List<String> explain() {
        return plan.ops().stream().map(Op::words).toList();
    }

    /** The same before the user's numbers are known, which the root filesystem has: those of the plan stand for them. */
    public List<String> explain(UserRequest user) {
        return plan.ops().stream().map(op -> words(op, user)).toList();
    }

    private static String words(Op op, UserRequest request) {
        String user = request.user().isEmpty() ? "root" : request.user();
        if (op instanceof IdentityOp.SetUid) {
            return "become user " + user + ", by the container's /etc/passwd";
        }
        if (op instanceof IdentityOp.SetGid) {
            return "become the group of " + user;
        }
        if (op instanceof IdentityOp.SetGroups) {
            String more = request.groups().isEmpty() ? "" : ", and " + String.join(", ", request.groups());
            return "set the supplementary groups of " + user + ", by the container's /etc/group" + more;
        }
        return op.words();
    }
}
