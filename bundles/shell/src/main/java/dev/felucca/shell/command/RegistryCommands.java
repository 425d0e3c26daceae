package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Progress;
import dev.felucca.api.image.RemoteImages.Pulled;
import dev.felucca.api.image.RemoteImages.Pushed;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Printable;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images from and to registries. */
final class RegistryCommands {
    /** A password is no longer than this, in bytes. */
    private static final int MAX_PASSWORD = 64 << 10;

    private RegistryCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of(
                        Section.IMAGES,
                        Operands.OTHER,
                        Syntax.of("pull", "NAME[:TAG|@DIGEST]", "Fetch an image from a registry")
                                .flag("-a, --all-tags", "Fetch all tags of the repository")
                                .flag("-q, --quiet", "Show no progress")
                                .value("--platform", "os/arch", "Of an image for several platforms take this one")
                                .refused("--disable-content-trust")
                                .operands(1, 1),
                        RegistryCommands::pull),
                Command.of(
                        Section.IMAGES,
                        Operands.IMAGES,
                        Syntax.of("push", "NAME[:TAG]", "Send an image to a registry")
                                .flag("-a, --all-tags", "Send all tags of the repository")
                                .flag("-q, --quiet", "Show no progress")
                                .refused("--disable-content-trust", "--platform")
                                .operands(1, 1),
                        RegistryCommands::push),
                Command.of(
                        Section.IMAGES,
                        Operands.OTHER,
                        Syntax.of("login", "[SERVER]", "Log in to a registry, docker.io by default")
                                .value("-u, --username", "string", "User name")
                                .value("-p, --password", "string", "Password; others on this host can see it")
                                .flag("--password-stdin", "Read the password from standard input")
                                .operands(0, 1),
                        RegistryCommands::login),
                Command.of(
                        Section.IMAGES,
                        Operands.OTHER,
                        Syntax.of("logout", "[SERVER]", "Log out from a registry, docker.io by default")
                                .operands(0, 1),
                        RegistryCommands::logout));
    }

    /** Bars on a terminal, elsewhere a line for each thing that happens. */
    private static Progress progress(Call call, PrintStream out, boolean quiet) {
        if (quiet || call.terminal().stderrIsTty()) return ProgressLines.on(call.terminal(), quiet);
        return (item, action, done, total) -> {
            if (done < 0) out.println(Printable.line(item + ": " + action));
        };
    }

    private static void pull(Call call) {
        Arguments a = call.arguments();
        String name = a.operand(0);
        List<String> references = List.of(name);
        if (a.flag("all-tags"))
            references = BackgroundWork.await(
                    call, Progress.NONE, p -> call.engine().remoteImages().remoteTags(name, null).stream()
                            .map(t -> name + ":" + t)
                            .toList());
        else if (!name.contains("@") && name.indexOf(':', name.lastIndexOf('/') + 1) < 0 && !a.flag("quiet"))
            call.out().println("Using default tag: latest");
        for (String reference : references) {
            Pulled p = pull(call, reference, call.out(), a.flag("quiet"));
            if (!a.flag("quiet")) {
                call.out().println("Digest: " + p.digest());
                call.out()
                        .println((p.changed()
                                        ? "Status: Downloaded newer image for "
                                        : "Status: Image is up to date for ")
                                + p.reference());
            }
            call.out().println(p.reference());
        }
    }

    private static Pulled pull(Call call, String reference, PrintStream out, boolean quiet) {
        Progress shown = progress(call, out, quiet);
        String platform = call.arguments().value("platform");
        Pulled p = BackgroundWork.await(
                call, shown, heard -> call.engine().remoteImages().pull(reference, platform, null, heard));
        ProgressLines.finish(shown);
        return p;
    }

    /** Fetches the image of a container to come, as {@code --pull} says. */
    static void provide(Call call, String reference) {
        Arguments a = call.arguments();
        String policy = a.value("pull", "missing");
        if (policy.equals("never")) return;
        EngineException missing = null;
        if (policy.equals("missing")) {
            missing = missing(call, reference);
            if (missing == null) return;
            if (!a.flag("quiet"))
                call.err()
                        .println("Unable to find image '"
                                + Printable.line(call.engine().images().familiar(reference)) + "' locally");
        }
        try {
            pull(call, reference, call.err(), a.flag("quiet"));
        } catch (Call.CallerGoneException e) {
            throw e;
        } catch (EngineException e) {
            if (missing == null) throw e;
            throw new EngineException(e.kind(), missing.message() + "; pulling it failed: " + e.message(), e);
        }
    }

    private static @Nullable EngineException missing(Call call, String reference) {
        try {
            call.engine().images().get(reference);
            return null;
        } catch (EngineException e) {
            if (e.kind() != EngineException.Kind.NOT_FOUND) throw e;
            return e;
        }
    }

    private static void push(Call call) {
        Arguments a = call.arguments();
        String name = a.operand(0);
        List<String> references =
                a.flag("all-tags") ? call.engine().remoteImages().localTags(name) : List.of(name);
        for (String reference : references) {
            Progress shown = progress(call, call.out(), a.flag("quiet"));
            Pushed p = BackgroundWork.await(
                    call, shown, heard -> call.engine().remoteImages().push(reference, null, heard));
            ProgressLines.finish(shown);
            if (!a.flag("quiet")) call.out().println(p.tag() + ": digest: " + p.digest() + " size: " + p.size());
            else call.out().println(call.engine().images().familiar(reference));
        }
    }

    private static void login(Call call) throws IOException {
        Arguments a = call.arguments();
        String server = a.operands().isEmpty() ? "" : a.operand(0);
        if (a.given("password") && a.flag("password-stdin"))
            throw EngineException.invalid("--password and --password-stdin exclude each other");
        if (!a.flag("password-stdin")
                && !a.given("password")
                && !call.terminal().stdinIsTty())
            throw EngineException.invalid(
                    "the password is asked for on a terminal, and standard input is none; use --password-stdin");
        if (a.flag("password-stdin") && !a.given("username"))
            throw EngineException.invalid("--password-stdin needs --username");
        if (a.given("password"))
            call.err().println("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        String user = a.given("username") ? a.value("username", "") : Question.line(call, "Username: ");
        String password = a.flag("password-stdin")
                ? fromStdin(call)
                : a.given("password") ? a.value("password", "") : Question.secret(call, "Password: ");
        RegistryAuth auth = RegistryAuth.basic(user, password);
        BackgroundWork.await(call, Progress.NONE, p -> {
            call.engine().registries().login(server, auth);
            return true;
        });
        call.out().println("Login Succeeded");
    }

    private static String fromStdin(Call call) throws IOException {
        byte[] all = call.terminal().stdin().readNBytes(MAX_PASSWORD);
        return new String(all, StandardCharsets.UTF_8).replaceFirst("[\\r\\n]+$", "");
    }

    private static void logout(Call call) {
        String server = call.arguments().operands().isEmpty()
                ? "docker.io"
                : call.arguments().operand(0);
        call.out()
                .println(
                        call.engine().registries().logout(server)
                                ? "Removing login credentials for " + server
                                : "Not logged in to " + server);
    }
}
