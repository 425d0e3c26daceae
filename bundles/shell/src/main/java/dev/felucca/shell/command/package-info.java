/** The Gogo commands of scope felucca: docker's names and flags over the services of the api bundle. */
@NullMarked
package dev.felucca.shell.command;

import org.jspecify.annotations.NullMarked;
