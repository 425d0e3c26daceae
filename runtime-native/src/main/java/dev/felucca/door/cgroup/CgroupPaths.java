package dev.felucca.door.cgroup;

import dev.felucca.api.EngineException;

/** Makes and checks cgroups paths, which come from users ({@code --cgroup-parent}) and become paths of the host. */
public final class CgroupPaths {
    private static final int NAME_MAX = 255;

    private CgroupPaths() {}

    public static String of(String parent, String containerId) {
        if (containerId.contains("/")) {
            throw EngineException.invalid("\"" + containerId + "\" is no container id");
        }
        String end = parent.endsWith("/") ? "" : "/";
        return check(parent + end + containerId);
    }

    /** The path itself, if it stays where it belongs. */
    public static String check(String path) {
        String[] names = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
        for (String name : names) {
            if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\n') >= 0) {
                throw EngineException.invalid("cgroups path \"" + path + "\" has a part \"" + name.replace("\n", "\\n")
                        + "\"; it must be a plain path such as /felucca/ID");
            }
            if (name.length() > NAME_MAX) {
                throw EngineException.invalid("cgroups path \"" + path + "\" has a part of more than 255 characters");
            }
        }
        return path;
    }
}
