/** How results are shown: tables, Go templates, docker's JSON, sizes and times for people. */
@NullMarked
package dev.felucca.shell.format;

import org.jspecify.annotations.NullMarked;
