/**
 * The engine's side of felucca-shim ({@code SHIM-PROTOCOL.md}): starting shims, talking to them, and the processes that they hold.
 * In the door, and not in the backend, because it lives on when the backend's bundle is updated.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.door.shim;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
