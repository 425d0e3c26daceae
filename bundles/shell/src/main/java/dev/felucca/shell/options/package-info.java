/** The declared options of commands, in docker's syntax (pflag's), over picocli. */
@NullMarked
package dev.felucca.shell.options;

import org.jspecify.annotations.NullMarked;
