/** What a command sees of the person or program that called it: streams, terminal, signals, exit code. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.shell.terminal;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
