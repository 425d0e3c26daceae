package dev.felucca.core.store;

import dev.felucca.api.container.ContainerInfo;

/**
 * What config.json holds.
 *
 * @param formatVersion of this file; a newer one than {@link #FORMAT} is refused
 * @param bootId the boot during which the state was true (/proc/sys/kernel/random/boot_id)
 * @param stopped whether a user stopped it last
 */
record StoredContainer(int formatVersion, String bootId, boolean stopped, ContainerInfo container) {
    static final int FORMAT = 1;
}
