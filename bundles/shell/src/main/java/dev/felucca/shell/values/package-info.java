/** What docker lets users write as the values of options, such as 512m, 1m30s, ./x:/data:ro. */
@NullMarked
package dev.felucca.shell.values;

import org.jspecify.annotations.NullMarked;
