package dev.felucca.api.spec;

import org.jspecify.annotations.Nullable;

/** Limits of one RDMA device. */
public record LinuxRdma(@Nullable Long hcaHandles, @Nullable Long hcaObjects) {}
