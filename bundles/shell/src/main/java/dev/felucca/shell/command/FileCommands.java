package dev.felucca.shell.command;

import dev.felucca.api.container.ContainerFiles.Archive;
import dev.felucca.api.image.CommitOptions;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.storage.RootTree.Change;
import dev.felucca.shell.command.Command.Operands;
import dev.felucca.shell.command.Command.Section;
import dev.felucca.shell.format.Printable;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import java.io.IOException;
import java.util.List;

/** Commands about the files of containers. */
final class FileCommands {
    private FileCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of(
                        Section.RUN,
                        Operands.CONTAINERS,
                        Syntax.of(
                                        "cp",
                                        "CONTAINER:PATH DESTINATION|- | SOURCE|- CONTAINER:PATH",
                                        "Copy files out of a container or into it; - is a tar stream")
                                .flag("-a, --archive", "Give what is copied in to the user of the container")
                                .flag("-L, --follow-link", "Copy what a link leads to, and not the link")
                                .flag("-q, --quiet", "Say nothing")
                                .operands(2, 2),
                        CopyCommand::copy),
                Command.of(
                        Section.IMAGES,
                        Operands.CONTAINERS,
                        Syntax.of("export", "CONTAINER", "Write all files of a container as a tar archive")
                                .value("-o, --output", "file", "Write to a file instead of standard output")
                                .operands(1, 1),
                        FileCommands::export),
                Command.of(
                        Section.SEE,
                        Operands.CONTAINERS,
                        Syntax.of("diff", "CONTAINER", "Show what a container has changed: added, changed, deleted")
                                .operands(1, 1),
                        FileCommands::diff),
                Command.of(
                        Section.IMAGES,
                        Operands.CONTAINERS,
                        Syntax.of("commit", "CONTAINER [NAME[:TAG]]", "Make an image of what a container has changed")
                                .value("-a, --author", "name", "Author")
                                .list("-c, --change", "instruction", "Apply a Dockerfile instruction to the image")
                                .value("-m, --message", "text", "Comment")
                                .value("-p, --pause", "true|false", "Pause the container meanwhile (default true)")
                                .operands(1, 2),
                        FileCommands::commit));
    }

    private static void export(Call call) throws IOException {
        try (Archive a = call.engine().files().export(call.arguments().operand(0))) {
            ArchiveCommands.write(call, "Exporting", a::writeTo);
        }
    }

    private static void diff(Call call) {
        for (Change c : call.engine().files().changes(call.arguments().operand(0))) {
            String kind =
                    switch (c.kind()) {
                        case MODIFIED -> "C";
                        case ADDED -> "A";
                        case DELETED -> "D";
                    };
            call.out().println(kind + " " + Printable.line(c.path()));
        }
    }

    private static void commit(Call call) throws IOException {
        Arguments a = call.arguments();
        CommitOptions options = new CommitOptions(
                a.operands().size() > 1 ? a.operand(1) : null,
                a.value("author", ""),
                a.value("message", ""),
                a.list("change"),
                ImageConfig.EMPTY,
                "");
        boolean pause = !a.value("pause", "true").equals("false");
        call.out().println(call.engine().files().commit(a.operand(0), options, pause));
    }
}
