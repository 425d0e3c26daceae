package dev.felucca.network.bridge;

import dev.felucca.api.EngineException;
import dev.felucca.door.net.NftSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A dockerd on the same host drops all that is forwarded and not its own; in its chain {@code DOCKER-USER} others may speak first, and
 * it keeps what they say. Ours is said with its own tool, since iptables cannot bear rules of others' making: two rules a network, and
 * none a container. What may come to our bridges is still decided in our table.
 */
final class DockerUser {
    private static final String CHAIN = "DOCKER-USER";
    private static final String TABLE = "filter";
    private static final Path LEGACY_TABLES = Path.of("/proc/thread-self/net/ip_tables_names");
    private static final int PATIENCE_SECONDS = 30;

    private DockerUser() {}

    /** Lets a bridge's packets through, if there is such a chain; whether anything was changed. */
    static boolean allow(NftSocket nft, String bridge) {
        String program = program(nft);
        if (program == null) {
            return false;
        }
        boolean changed = false;
        for (String direction : List.of("-i", "-o")) {
            if (!run(program, true, "-C", CHAIN, direction, bridge, "-j", "ACCEPT")) {
                run(program, false, "-I", CHAIN, direction, bridge, "-j", "ACCEPT");
                changed = true;
            }
        }
        return changed;
    }

    /** Takes it back. */
    static void forget(NftSocket nft, String bridge) {
        String program = program(nft);
        if (program == null) {
            return;
        }
        for (String direction : List.of("-i", "-o")) {
            if (run(program, true, "-C", CHAIN, direction, bridge, "-j", "ACCEPT")) {
                run(program, false, "-D", CHAIN, direction, bridge, "-j", "ACCEPT");
            }
        }
    }

    /** The iptables that has the chain; null for none. */
    private static @Nullable String program(NftSocket nft) {
        if (nft.hasChain(NftSocket.NFPROTO_IPV4, TABLE, CHAIN)) {
            return "iptables-nft";
        }
        try {
            boolean legacy = Files.exists(LEGACY_TABLES)
                    && Files.readAllLines(LEGACY_TABLES).contains(TABLE);
            return legacy && run("iptables-legacy", true, "-S", CHAIN) ? "iptables-legacy" : null;
        } catch (IOException e) {
            throw EngineException.internal("cannot read " + LEGACY_TABLES + ": " + e.getMessage(), e);
        }
    }

    /** @param question whether a status other than 0 is an answer and no failure */
    private static boolean run(String program, boolean question, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program, "-w", "10"));
        command.addAll(Arrays.asList(arguments));
        try {
            Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
            p.getOutputStream().close();
            String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!p.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                p.destroyForcibly();
                throw EngineException.unavailable(String.join(" ", command) + " did not end");
            }
            if (p.exitValue() != 0 && !question) {
                throw EngineException.unavailable(String.join(" ", command) + ": " + said);
            }
            return p.exitValue() == 0;
        } catch (IOException e) {
            throw EngineException.unavailable("a dockerd on this host drops what containers forward, and " + program
                    + ", with which it is told not to, cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while waiting for " + program);
        }
    }
}
