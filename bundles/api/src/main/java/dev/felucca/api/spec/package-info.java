/**
 * The OCI runtime specification (v1.2) as records with the specification's own field names: the one description of a
 * container that core writes and every execution backend reads.
 *
 * <p>Rules that hold for all of them: lists and maps are immutable and never null; an object all of whose fields are
 * optional is never null either and has a constant {@code EMPTY}; every other optional field is a nullable boxed value,
 * where null means "not said". Unsigned 64-bit fields are Java longs to be read as unsigned. Ids are longs because they go
 * up to 2^32-2. {@link dev.felucca.api.spec.SpecJson} reads and writes them.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/v1.2.0/config.md">config.md, config-linux.md</a>
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.spec;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
