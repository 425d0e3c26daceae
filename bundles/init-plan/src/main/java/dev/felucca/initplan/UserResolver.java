package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.User;
import dev.felucca.door.Fd;
import dev.felucca.initplan.UserDatabase.Group;
import dev.felucca.initplan.UserDatabase.Passwd;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Settles who a program runs as, by the container's own /etc/passwd and /etc/group, with docker's rules and words:
 *
 * <ul>
 *   <li>A name must be there; a number need not. A user that is there brings the group, the home directory and, unless a
 *       group was asked for, the supplementary groups that list it.
 *   <li>The primary group is always among the supplementary ones too: else a program could drop it and so pass a file
 *       mode that denies the group (CVE-2022-36109).
 *   <li>HOME is set if the environment lacks it: to the user's directory, or {@code /}.
 * </ul>
 */
public final class UserResolver {
    private UserResolver() {}

    /**
     * The process with its user and HOME settled.
     *
     * @param root the root filesystem, mounted, as a directory or a detached mount
     * @throws EngineException INVALID for a name that is not there or a number out of range
     */
    public static Process resolve(Fd root, UserRequest request, Process process) {
        int colon = request.user().indexOf(':');
        String userName = colon < 0 ? request.user() : request.user().substring(0, colon);
        String groupName = colon < 0 ? "" : request.user().substring(colon + 1);

        List<Group> groups = UserDatabase.groups(root);
        Optional<Passwd> entry = find(UserDatabase.passwd(root), userName);
        long uid = entry.map(Passwd::uid).orElseGet(() -> userName.isEmpty() ? 0 : number("user", "passwd", userName));
        long gid = groupName.isEmpty() ? entry.map(Passwd::gid).orElse(0L) : gid(groups, groupName);

        Set<Long> gids = new LinkedHashSet<>();
        gids.add(gid);
        if (groupName.isEmpty()) {
            entry.ifPresent(user -> groups.stream()
                    .filter(g -> g.members().contains(user.name()))
                    .forEach(g -> gids.add(g.gid())));
        }
        request.groups().forEach(name -> gids.add(gid(groups, name)));

        User user = new User(uid, gid, process.user().umask(), List.copyOf(gids));
        String home = entry.map(Passwd::home).filter(h -> !h.isEmpty()).orElse("/");
        return process.toBuilder().user(user).env(withHome(process.env(), home)).build();
    }

    private static Optional<Passwd> find(List<Passwd> users, String wanted) {
        OptionalLong number = UserDatabase.id(wanted);
        return users.stream()
                .filter(u -> wanted.isEmpty()
                        ? u.uid() == 0
                        : u.name().equals(wanted) || (number.isPresent() && u.uid() == number.getAsLong()))
                .findFirst();
    }

    private static long gid(List<Group> groups, String wanted) {
        OptionalLong number = UserDatabase.id(wanted);
        return groups.stream()
                .filter(g -> g.name().equals(wanted) || (number.isPresent() && g.gid() == number.getAsLong()))
                .findFirst()
                .map(Group::gid)
                .orElseGet(() -> number("group", "group", wanted));
    }

    private static long number(String what, String file, String text) {
        OptionalLong id = UserDatabase.id(text);
        if (id.isPresent()) {
            return id.getAsLong();
        }
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw EngineException.invalid(what + " " + text + ": uids and gids must be in range 0-2147483647");
        }
        throw EngineException.invalid(
                "unable to find " + what + " " + text + ": no matching entries in " + file + " file");
    }

    private static List<String> withHome(List<String> env, String home) {
        if (env.stream().anyMatch(e -> e.startsWith("HOME="))) {
            return env;
        }
        List<String> more = new ArrayList<>(env);
        more.add("HOME=" + home);
        return more;
    }
}
