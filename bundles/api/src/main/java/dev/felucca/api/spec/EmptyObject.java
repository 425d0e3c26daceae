package dev.felucca.api.spec;

/** Filter for {@code @JsonInclude(CUSTOM)}: leaves out an object in which nothing is said. */
final class EmptyObject {
    /** Jackson asks a value filter by equals: true means "leave it out". */
    @Override
    @SuppressWarnings("EqualsUnsafeCast") // not an equality at all: the contract of JsonInclude.valueFilter
    public boolean equals(Object value) {
        return value == null
                || value.equals(Hooks.EMPTY)
                || value.equals(Linux.EMPTY)
                || value.equals(LinuxResources.EMPTY)
                || value.equals(LinuxMemory.EMPTY)
                || value.equals(LinuxCpu.EMPTY)
                || value.equals(LinuxPids.EMPTY)
                || value.equals(LinuxBlockIo.EMPTY)
                || value.equals(LinuxNetwork.EMPTY);
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
