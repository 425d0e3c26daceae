package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** Numbers of system calls by name, from the resource {@code syscalls.txt}. Loaded once, immutable. */
final class SyscallTable {
    private static final Map<SyscallAbi, SyscallTable> TABLES = load();

    private final Map<String, Integer> numbers = new HashMap<>();

    private SyscallTable() {}

    static SyscallTable of(SyscallAbi abi) {
        SyscallTable table = TABLES.get(abi);
        if (table == null) {
            throw EngineException.internal("syscalls.txt has no column for " + abi, null);
        }
        return table;
    }

    /** As the kernel sees it, x32 with its bit; empty if the ABI has no such call or the table does not know it. */
    OptionalInt number(String name) {
        Integer number = numbers.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static Map<SyscallAbi, SyscallTable> load() {
        Map<SyscallAbi, SyscallTable> tables = new EnumMap<>(SyscallAbi.class);
        try (InputStream in = SyscallTable.class.getResourceAsStream("syscalls.txt")) {
            if (in == null) {
                throw EngineException.internal("the resource syscalls.txt is missing", null);
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            SyscallAbi[] columns = {};
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    continue;
                }
                String[] fields = line.split(" ");
                if (columns.length == 0) {
                    columns = columns(fields, tables);
                    continue;
                }
                for (int i = 0; i < columns.length; i++) {
                    if (!fields[i + 1].equals("-")) {
                        SyscallAbi abi = columns[i];
                        of(tables, abi).numbers.put(fields[0], Integer.parseInt(fields[i + 1]) | abi.bit());
                    }
                }
            }
        } catch (IOException e) {
            throw EngineException.internal("the resource syscalls.txt cannot be read", e);
        }
        return tables;
    }

    private static SyscallAbi[] columns(String[] header, Map<SyscallAbi, SyscallTable> tables) {
        SyscallAbi[] columns = new SyscallAbi[header.length - 1];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = SyscallAbi.valueOf(header[i + 1].toUpperCase(Locale.ROOT));
            tables.put(columns[i], new SyscallTable());
        }
        return columns;
    }

    private static SyscallTable of(Map<SyscallAbi, SyscallTable> tables, SyscallAbi abi) {
        return tables.computeIfAbsent(abi, a -> new SyscallTable());
    }
}
