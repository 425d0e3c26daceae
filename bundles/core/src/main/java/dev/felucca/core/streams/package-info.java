/**
 * The standard streams of containers: live clients, and the log in Docker's json-file format.
 *
 * <p>{@link StreamHub} is the entrance. Output goes one way: ProcessIo, {@code StreamRun}, then {@code LogFile} and each
 * {@code StreamClient}; the log comes back through {@code LogReader}. A backend that survives the engine writes the log itself: then
 * the output comes here as a copy and only while a client is there, and {@code SpoolLog} finds the files' changes. {@link ExecStreams}
 * is for execs, which are not logged.
 *
 * <h2>The log file</h2>
 *
 * One JSON object a line: {@code {"log":"text\n","stream":"stdout","time":"2026-01-01T00:00:00.123456789Z"}}.
 *
 * <ul>
 *   <li>Output is cut after each line feed. A line that has no end within 16 KiB is cut into pieces of 16 KiB, whose text does
 *       not end in a line feed; so is what is left when the stream ends. A piece is up to 3 bytes shorter where a UTF-8 sequence
 *       would be cut in two (Docker cuts it, and loses the character).
 *   <li>Each byte that is not part of valid UTF-8 is written as the six characters of JSON's escape for U+FFFD. {@code "} and
 *       {@code \} are escaped with a backslash, line feed and carriage return as {@code \n} and {@code \r}, other bytes below 0x20
 *       and {@code < > &} and U+2028 and U+2029 with six characters in lower case; all else is as it was (what Docker's encoder
 *       does).
 *   <li>Times are UTC, RFC 3339 with up to nine decimals, trailing zeros left out. The pieces of one line have one time.
 *   <li>{@code NAME.1} is the file before NAME, {@code NAME.2} the one before that. A file is rotated before the entry that finds
 *       it at {@code max-size} or over.
 * </ul>
 */
@NullMarked
package dev.felucca.core.streams;

import org.jspecify.annotations.NullMarked;
