/**
 * Directory trees, as storage drivers need them: unpacking layers ({@link dev.felucca.door.layer.LayerApplier}), copying
 * ({@link dev.felucca.door.layer.TreeCopy}), removing ({@link dev.felucca.door.layer.TreeRemove}), measuring ({@link
 * dev.felucca.door.layer.DiskUsage}), mounting what a driver emits ({@link dev.felucca.door.layer.Mounter}), and the
 * transactional directory that drivers share ({@link dev.felucca.door.layer.LayerStore}).
 *
 * <p>All of it works relative to directory descriptors and follows no symbolic link that lies in a tree.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.door.layer;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
