package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.LinuxSeccompArg;
import dev.felucca.api.spec.LinuxSyscall;
import dev.felucca.api.spec.SeccompAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a profile says about each call of one ABI, in the sense that runc and libseccomp give to it:
 * <ul>
 *   <li>Rules with the default action say nothing. Names that the ABI does not have are passed over.
 *   <li>The first rule without arguments decides and makes those with arguments void; of these, the first that holds decides;
 *       if none does, the default action.
 *   <li>Arguments of a rule must all hold; if an argument is named twice in it, each condition is a rule by itself.
 *   <li>A call newer than the newest that the profile names answers ENOSYS, so that programs fall back, unless the default
 *       lets calls through.
 * </ul>
 *
 * @param defaultAction what the filter returns for calls that are not named, SECCOMP_RET_*
 * @param newest the highest number named, for ENOSYS above it; -1 for no such limit
 */
record SeccompRules(SyscallAbi abi, int defaultAction, int newest, Map<Integer, Decision> decisions) {
    static final int ENOSYS = 0x0005_0000 | 38;

    /** What is decided about one call. Conditions in order, then the default. */
    record Decision(int action, List<Conditional> conditionals) {
        boolean constant() {
            return conditionals.isEmpty();
        }
    }

    /** An action if all arguments hold. */
    record Conditional(List<LinuxSeccompArg> args, int action) {}

    static SeccompRules of(LinuxSeccomp profile, SyscallAbi abi) {
        int fallback = action(profile.defaultAction(), profile.defaultErrnoRet());
        SyscallTable table = SyscallTable.of(abi);
        Map<Integer, List<Conditional>> conditional = new TreeMap<>();
        Map<Integer, Decision> decisions = new TreeMap<>();
        int newest = -1;
        for (LinuxSyscall rule : profile.syscalls()) {
            int action = action(rule.action(), rule.errnoRet());
            List<List<LinuxSeccompArg>> alternatives = alternatives(rule);
            for (String name : rule.names()) {
                var number = table.number(name);
                if (number.isEmpty()) {
                    continue;
                }
                int nr = number.getAsInt();
                if (!abi.apart(nr)) {
                    newest = Math.max(newest, nr);
                }
                if (action == fallback) {
                    continue;
                }
                if (rule.args().isEmpty()) {
                    decisions.putIfAbsent(nr, new Decision(action, List.of()));
                } else {
                    List<Conditional> list = conditional.computeIfAbsent(nr, n -> new ArrayList<>());
                    alternatives.forEach(args -> list.add(new Conditional(args, action)));
                }
            }
        }
        conditional.forEach((nr, list) -> decisions.putIfAbsent(nr, new Decision(fallback, List.copyOf(list))));
        return new SeccompRules(abi, fallback, lenient(profile.defaultAction()) ? -1 : newest, decisions);
    }

    /** What is done about a call that no rule names. */
    int unnamed(int nr) {
        return newest >= 0 && Integer.compareUnsigned(nr, newest) > 0 && !abi.apart(nr) ? ENOSYS : defaultAction;
    }

    private static boolean lenient(SeccompAction action) {
        return action == SeccompAction.ALLOW || action == SeccompAction.LOG || action == SeccompAction.TRACE;
    }

    private static List<List<LinuxSeccompArg>> alternatives(LinuxSyscall rule) {
        for (LinuxSeccompArg arg : rule.args()) {
            if (arg.index() < 0 || arg.index() > 5) {
                throw EngineException.invalid(
                        "seccomp rule for " + rule.names() + ": there is no argument " + arg.index());
            }
        }
        boolean twice =
                rule.args().stream().map(LinuxSeccompArg::index).distinct().count()
                        < rule.args().size();
        return twice ? rule.args().stream().map(List::of).toList() : List.of(rule.args());
    }

    /** SECCOMP_RET_*, with the errno as its data. */
    static int action(SeccompAction action, @Nullable Integer errnoRet) {
        int errno = errnoRet == null ? 1 : errnoRet;
        if (errno < 0 || errno > 0xffff || (action == SeccompAction.ERRNO && errno > 4095)) {
            throw EngineException.invalid("seccomp: errnoRet " + errno + " is no errno");
        }
        return switch (action) {
            case KILL, KILL_THREAD -> 0x0000_0000;
            case KILL_PROCESS -> 0x8000_0000;
            case TRAP -> 0x0003_0000;
            case ERRNO -> 0x0005_0000 | errno;
            case TRACE -> 0x7ff0_0000 | errno;
            case LOG -> 0x7ffc_0000;
            case ALLOW -> 0x7fff_0000;
            case NOTIFY ->
                throw EngineException.unsupported(
                        "seccomp: the action SCMP_ACT_NOTIFY is not supported by Felucca's own init");
        };
    }
}
