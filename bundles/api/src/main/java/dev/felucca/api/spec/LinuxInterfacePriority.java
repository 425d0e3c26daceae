package dev.felucca.api.spec;

/** Priority of the traffic that leaves through one interface. */
public record LinuxInterfacePriority(String name, long priority) {
    public LinuxInterfacePriority {
        Spec.required(name, "linux.resources.network.priorities[].name");
    }
}
