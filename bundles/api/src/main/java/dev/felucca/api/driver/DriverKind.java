package dev.felucca.api.driver;

/** The extension points. */
public enum DriverKind {
    STORAGE("storage", "storage driver"),
    CGROUP("cgroup", "cgroup manager"),
    NAMESPACE("namespace", "namespace strategy"),
    EXEC("exec", "execution backend"),
    NETWORK("network", "network driver"),
    NAMES("names", "name server");

    private final String id;
    private final String title;

    DriverKind(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** As in bundle names, configuration and annotations: {@code storage}. */
    public String id() {
        return id;
    }

    /** As in messages: {@code storage driver}. */
    public String title() {
        return title;
    }
}
